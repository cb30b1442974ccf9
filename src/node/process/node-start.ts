import { readFileSync, readlinkSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { NodeStart } from "../config/configuration.ts";
import { readSmallFile } from "./as-user.ts";
import { pathInRoot } from "./container-path.ts";
import { inodeAt } from "./process.ts";
import { openFiles } from "./sockets.ts";

/**
 * How a running process was started and where its files lie, from /proc. Its command line may be read by everybody,
 * the rest only by its user and by root; what is not readable is null.
 */
export function readNodeStart(pid: number): NodeStart {
  const workingDirectory = readLink(`/proc/${pid}/cwd`);
  const openDirectory = lockedDirectory(openFiles(pid) ?? []);
  return {
    commandLine: readText(`/proc/${pid}/cmdline`)?.split("\0").slice(0, -1) ?? [],
    workingDirectory: workingDirectory && ownPath(pid, workingDirectory),
    home: homeOf(pid),
    openDirectory: openDirectory && ownPath(pid, openDirectory),
    readFile: (path) => readSmallFile(reachable(pid, path)),
  };
}

/**
 * The path by which this process reaches a file of another: through /proc where that one lives in a container or has
 * another root directory. Only its user and root may go that way, so it is not taken where both see the same files.
 */
export function reachable(pid: number, path: string): string {
  if (sharesNamespace(pid, "mnt") && sharesRoot(pid)) return path;
  return pathInRoot(`/proc/${pid}/root`, path) ?? "";
}

/** Whether `/` is the same directory for both; one that may not be looked at is thought to share it. */
function sharesRoot(pid: number): boolean {
  const other = inodeAt(`/proc/${pid}/root/`);
  return other === null || other === inodeAt("/");
}

/**
 * A path as the process itself names it. Links in /proc lead on from the root of the mount namespace, which is not the
 * process's own root after chroot(2).
 */
export function ownPath(pid: number, path: string): string {
  const root = readLink(`/proc/${pid}/root`) ?? "/";
  if (root === "/") return path;
  if (path === root) return "/";
  return path.startsWith(`${root}/`) ? path.slice(root.length) : path;
}

/** Whether both see the same files (`mnt`), the same network (`net`); one that may not be looked at is thought to. */
export function sharesNamespace(pid: number, kind: "mnt" | "net"): boolean {
  const other = readLink(`/proc/${pid}/ns/${kind}`);
  return other === null || other === readLink(`/proc/self/ns/${kind}`);
}

/** A node keeps `.lock` open in the directory of its network, and another one below, with its blocks. */
export function lockedDirectory(files: readonly string[]): string | null {
  const lock = files.find(
    (file) => basename(file) === ".lock" && basename(dirname(file)) !== "blocks",
  );
  return lock === undefined ? null : dirname(lock);
}

/** HOME of its environment; where that may not be read, that of its user. */
function homeOf(pid: number): string | null {
  const environment = readText(`/proc/${pid}/environ`);
  if (environment !== null) {
    const home = environment.split("\0").find((entry) => entry.startsWith("HOME="));
    return home?.slice("HOME=".length) ?? "";
  }
  try {
    const { uid } = statSync(`/proc/${pid}`);
    return homeInPasswd(readSmallFile(reachable(pid, "/etc/passwd")) ?? "", uid);
  } catch {
    return null;
  }
}

/** `bitcoin:x:998:998::/var/lib/bitcoind:/usr/sbin/nologin` */
export function homeInPasswd(passwd: string, uid: number): string | null {
  const fields = passwd
    .split("\n")
    .map((line) => line.split(":"))
    .find((fields) => fields[2] === `${uid}`);
  return fields?.[5] || null;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function readLink(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
