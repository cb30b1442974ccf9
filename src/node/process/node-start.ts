import { readFileSync, readlinkSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { NodeStart } from "../config/configuration.ts";
import { readSmallFile } from "./as-user.ts";
import { pathInRoot } from "./container-path.ts";
import { inodeAt } from "./process.ts";
import { openFiles } from "./sockets.ts";

/**
 * Reads from /proc how a process was started and where its files are. Every user may read its command line, only its
 * own user and root the rest; unreadable values are null.
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
 * The path by which this process can open a file of another process. It leads through /proc if the other process is in
 * a container or has another root directory. Only the other's user and root may use /proc, so if both processes share
 * their files, the path stays the same.
 */
export function reachable(pid: number, path: string): string {
  if (sharesNamespace(pid, "mnt") && sharesRoot(pid)) return path;
  return pathInRoot(`/proc/${pid}/root`, path) ?? "";
}

/** Whether `/` is the same directory for both processes; true if the other's root is not readable. */
function sharesRoot(pid: number): boolean {
  const other = inodeAt(`/proc/${pid}/root/`);
  return other === null || other === inodeAt("/");
}

/**
 * The process's own form of a path from /proc. Links in /proc start at the root of the mount namespace, which differs
 * from the process's root after chroot(2).
 */
export function ownPath(pid: number, path: string): string {
  const root = readLink(`/proc/${pid}/root`) ?? "/";
  if (root === "/") return path;
  if (path === root) return "/";
  return path.startsWith(`${root}/`) ? path.slice(root.length) : path;
}

/** Whether both processes share files (`mnt`) or network (`net`); true if the other's namespace is not readable. */
export function sharesNamespace(pid: number, kind: "mnt" | "net"): boolean {
  const other = readLink(`/proc/${pid}/ns/${kind}`);
  return other === null || other === readLink(`/proc/self/ns/${kind}`);
}

/** A node keeps `.lock` open in the directory of its network, and another one in the directory of its blocks. */
export function lockedDirectory(files: readonly string[]): string | null {
  const lock = files.find(
    (file) => basename(file) === ".lock" && basename(dirname(file)) !== "blocks",
  );
  return lock === undefined ? null : dirname(lock);
}

/** HOME from its environment, or its user's home directory if the environment is not readable. */
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
