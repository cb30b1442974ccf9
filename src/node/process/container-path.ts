import { lstatSync, readlinkSync } from "node:fs";
import { isAbsolute, join, normalize } from "node:path";

/** As many as the kernel follows. */
const LINK_LIMIT = 40;

/**
 * The path by which a file is opened that a process with another root directory names. The kernel would follow
 * links from this process's own root: one in a container could lead out of it.
 * @param root where that root can be reached: `/proc/4711/root`
 * @param path absolute, as that process names it
 * @returns null for a path whose links never end
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
