import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { basename } from "node:path";
import { CorelensError } from "../../errors.ts";
import { executableMappings, type Mapping } from "./mapping.ts";

/** A file with an executable mapping: a program or a shared object. */
export interface MappedFile {
  /** The path in the process's own mount namespace. */
  readonly path: string;
  /** The path by which this process can open it, even if the other process is in a container. */
  readonly reachablePath: string;
  readonly inode: string;
}

/** A process as /proc describes it. */
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

/** Null for kernel threads, for processes that have ended, and for those of other users. */
export function readProcess(pid: number): ProcessInfo | null {
  try {
    const reachablePath = `/proc/${pid}/exe`;
    const path = readlinkSync(reachablePath).replace(/ \(deleted\)$/, "");
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
    const inode = executableInode(pid);
    return inode === null ? null : { pid, executable: { path, reachablePath, inode }, commandLine };
  } catch {
    return null;
  }
}

/** The inode of the program that a process runs; null as for `readProcess`. */
export function executableInode(pid: number): string | null {
  return inodeAt(`/proc/${pid}/exe`);
}

/**
 * The executable and every shared object with an executable mapping, each once.
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
      gone ? `process ${pid} does not exist` : `no permission to read the files of process ${pid}`,
      gone ? undefined : "run it with sudo or as the user of that process, or name its binary",
      { cause },
    );
  }
  const process = readProcess(pid);
  const files = process ? [process.executable] : [];
  for (const mapping of executableMappings(maps)) {
    const file = mappedFile(pid, mapping);
    if (file && !files.some(({ inode }) => inode === file.inode)) files.push(file);
  }
  return files;
}

/**
 * The file behind a mapping: at its path if it is still there, else through /proc/PID/map_files, which also leads to
 * files that were removed or replaced, or exist only in memory. Only root may use map_files.
 */
function mappedFile(
  pid: number,
  { range, path, inode, isVirtual, isDeleted }: Mapping,
): MappedFile | null {
  const byPath = `/proc/${pid}/root${path}`;
  const byMapping = `/proc/${pid}/map_files/${range}`;
  const found = isDeleted ? null : inodeAt(byPath);
  if (found !== null && (isVirtual || found.endsWith(`:${inode}`))) {
    return { path, reachablePath: byPath, inode: found };
  }
  const mapped = inodeAt(byMapping);
  return mapped === null ? null : { path, reachablePath: byMapping, inode: mapped };
}

/** Whether the process runs or has loaded the file, even if the file was replaced or removed since. */
export function hasMapped(pid: number, inode: string): boolean {
  if (executableInode(pid) === inode) return true;
  try {
    // Some file systems have another device number there, so compare only the number of the inode.
    const number = inode.slice(inode.indexOf(":") + 1);
    return readFileSync(`/proc/${pid}/maps`, "utf8").includes(` ${number} `);
  } catch {
    return false;
  }
}

/** Whether the process runs. Zombies do not count: `7 (bitcoind) Z 1 …` */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return !/^\) [XZ]/.test(stat.slice(stat.lastIndexOf(")")));
  } catch {
    return false;
  }
}

/** The pid of its parent; null if the process has ended. `7 (bitcoind) S 1 …` */
export function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return Number(stat.slice(stat.lastIndexOf(")")).split(" ")[2]);
  } catch {
    return null;
  }
}

/** `device:inode`, which identifies a file independently of its path; null if there is none. */
export function inodeAt(path: string): string | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

/** Identifies a file and its content, by size and time of change; null if there is none. */
export function versionAt(path: string): string | null {
  try {
    const { dev, ino, mtimeNs, size } = statSync(path, { bigint: true });
    return `${dev}:${ino}:${mtimeNs}:${size}`;
  } catch {
    return null;
  }
}

/** Names the process in messages. */
export function processTitle({ pid, executable }: ProcessInfo): string {
  return `${basename(executable.path)} (pid ${pid})`;
}
