import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { CorelensError } from "../../errors.ts";
import { type Binary, isNode, tryReadBinary } from "./binary.ts";
import {
  listPids,
  type MappedFile,
  type ProcessInfo,
  readMappedFiles,
  readProcess,
} from "./process.ts";

/** A file with probes, and its path. */
export interface ProbedFile {
  readonly file: MappedFile;
  readonly binary: Binary;
}

/** A running Bitcoin Core node, or a program that declares its tracepoints. */
export interface RunningNode extends ProbedFile {
  readonly process: ProcessInfo;
}

/**
 * Finds nodes among the running processes. It first checks executables with "bitcoin" in their names. If none of them is
 * a node, it searches every mapped file for a node's tracepoints, which finds renamed nodes and other programs that
 * declare them.
 */
export function findNodes(): RunningNode[] {
  const processes = listPids()
    .map(readProcess)
    .filter((process) => process !== null);
  const binaries = new Map<string, Binary | null>();
  const search = (files: (process: ProcessInfo) => MappedFile[]): RunningNode[] =>
    processes.flatMap((process) => {
      const file = files(process).find((file) => read(file) !== null);
      return file ? [{ process, file, binary: read(file)! }] : [];
    });
  function read(file: MappedFile): Binary | null {
    let binary = binaries.get(file.inode);
    if (binary === undefined) {
      const found = tryReadBinary(file.reachablePath, file.path);
      binary = found && isNode(found) ? found : null;
      binaries.set(file.inode, binary);
    }
    return binary;
  }
  const named = search(({ executable }) =>
    basename(executable.path).includes("bitcoin") ? [executable] : [],
  );
  return named.length > 0 ? named : search(filesOf);
}

function filesOf({ pid, executable }: ProcessInfo): MappedFile[] {
  try {
    return readMappedFiles(pid);
  } catch {
    return [executable];
  }
}

/**
 * Every file of a process that has probes: its executable and its shared objects.
 * @throws CorelensError PROCESS_GONE, NO_PERMISSION
 */
export function probedFilesOf(pid: number): ProbedFile[] {
  return readMappedFiles(pid).flatMap((file) => {
    const binary = tryReadBinary(file.reachablePath, file.path);
    return binary ? [{ file, binary }] : [];
  });
}

/**
 * The process id in a pid file.
 * @throws CorelensError FILE_UNREADABLE
 */
export function readPidFile(path: string): number {
  let text: string;
  try {
    text = readFileSync(path, "utf8").trim();
  } catch (cause) {
    throw new CorelensError("FILE_UNREADABLE", `${path} cannot be read`, undefined, { cause });
  }
  if (!/^\d{1,10}$/.test(text)) {
    throw new CorelensError("FILE_UNREADABLE", `${path} does not contain a process id`);
  }
  return Number(text);
}
