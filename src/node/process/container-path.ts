import { lstatSync, readlinkSync } from "node:fs";
import { isAbsolute, join, normalize } from "node:path";

/** The kernel's own limit. */
const LINK_LIMIT = 40;

/**
 * Translates a path of a process with another root directory into a path that this process can open. It resolves
 * symbolic links itself: the kernel would resolve them from this process's root, so a link in a container could lead
 * out of the container.
 * @param root the path of that root directory: `/proc/4711/root`
 * @param path an absolute path of that process
 * @returns null if the path has too many links
 */
export function pathInRoot(root: string, path: string): string | null {
  let links = 0;
  let done = "/";
  let rest = normalize(path).split("/").filter(Boolean);
  while (rest.length > 0) {
    const [name, ...others] = rest as [string, ...string[]];
    const next = join(done, name);
    const link = linkAt(root + next);
    if (link === null) {
      done = next;
      rest = others;
    } else {
      if (++links > LINK_LIMIT) return null;
      const target = isAbsolute(link) ? link : join(done, link);
      done = "/";
      rest = [...normalize(target).split("/").filter(Boolean), ...others];
    }
  }
  return root + done;
}

function linkAt(path: string): string | null {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : null;
  } catch {
    return null;
  }
}
