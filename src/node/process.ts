import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { basename } from "node:path";
import { CorelensError } from "../errors.ts";

/** A file that a process has mapped to execute: its program or a shared object. */
export interface MappedFile {
  /** As the process names it, in its own mount namespace. */
  readonly path: string;
  /** As this process can open it, also when that one lives in a container. */
  readonly reachablePath: string;
  readonly inode: string;
}

/** What /proc tells of a process without touching it. */
export interface ProcessInfo {
  readonly pid: number;
  readonly executable: MappedFile;
  readonly commandLine: readonly string[];
}

export function listPids(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Null for kernel threads, for processes that ended meanwhile and for those that may not be looked at. */
export function readProcess(pid: number): ProcessInfo | null {
  try {
    const reachablePath = `/proc/${pid}/exe`;
    const path = readlinkSync(reachablePath).replace(/ \(deleted\)$/, "");
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
    const inode = inodeAt(reachablePath);
    return inode === null ? null : { pid, executable: { path, reachablePath, inode }, commandLine };
  } catch {
    return null;
  }
}

/**
 * The executable and every shared object that the process has mapped to execute, each once.
 * @throws CorelensError PROCESS_GONE, NO_PERMISSION
 */
export function readMappedFiles(pid: number): MappedFile[] {
  let maps: string;
  try {
    maps = readFileSync(`/proc/${pid}/maps`, "utf8");
  } catch (cause) {
    const gone = !isAlive(pid);
    throw new CorelensError(
      gone ? "PROCESS_GONE" : "NO_PERMISSION",
      gone ? `there is no process ${pid}` : `the files of process ${pid} may not be looked at`,
      gone ? undefined : "run it with sudo or as the user of that process, or name its binary",
      { cause },
    );
  }
  const process = readProcess(pid);
  const files = process ? [process.executable] : [];
  for (const path of executableMappings(maps)) {
    if (path === process?.executable.path) continue;
    const reachablePath = `/proc/${pid}/root${path}`;
    const inode = inodeAt(reachablePath);
    // One that was removed since it was mapped cannot be opened any more.
    if (inode !== null) files.push({ path, reachablePath, inode });
  }
  return files;
}

/** Whether the process runs or has loaded the file, even one that was replaced or removed since. */
export function hasMapped(pid: number, inode: string): boolean {
  if (readProcess(pid)?.executable.inode === inode) return true;
  try {
    // The device is named otherwise there on some file systems: the number of the inode has to do.
    const number = inode.slice(inode.indexOf(":") + 1);
    return readFileSync(`/proc/${pid}/maps`, "utf8").includes(` ${number} `);
  } catch {
    return false;
  }
}

/** Paths of executable mappings in the text of /proc/PID/maps: `55d0-55e0 r-xp 0000 fe:00 123   /usr/bin/bitcoind` */
export function executableMappings(maps: string): string[] {
  const paths = new Set<string>();
  for (const line of maps.split("\n")) {
    const path = /^\S+ ..x. \S+ \S+ \d+\s+(\/.*)$/.exec(line)?.[1];
    if (path && !path.endsWith(" (deleted)")) paths.add(path);
  }
  return [...paths];
}

/** One that ended is not, even while its parent did not ask for its exit status: `7 (bitcoind) Z 1 …` */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return !/^\) [XZ]/.test(stat.slice(stat.lastIndexOf(")")));
  } catch {
    return false;
  }
}

/** Null for one that is gone. `7 (bitcoind) S 1 …` */
export function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return Number(stat.slice(stat.lastIndexOf(")")).split(" ")[2]);
  } catch {
    return null;
  }
}

/** `device:inode`, what a file is whatever its path; null when there is none. */
export function inodeAt(path: string): string | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

/** Another one once the file was written to; null when there is none. */
export function versionAt(path: string): string | null {
  try {
    const { dev, ino, mtimeNs, size } = statSync(path, { bigint: true });
    return `${dev}:${ino}:${mtimeNs}:${size}`;
  } catch {
    return null;
  }
}

/** What people call the process. */
export function processTitle({ pid, executable }: ProcessInfo): string {
  return `${basename(executable.path)} (pid ${pid})`;
}
