import { existsSync, readFileSync, statSync } from "node:fs";
import { CorelensError } from "../errors.ts";
import { type Binary, isNode, readBinary, tryReadBinary } from "../node/binary.ts";
import { findNodes, type ProbedFile, probedFilesOf, readPidFile } from "../node/find-nodes.ts";
import { nodeNotFound } from "../node/hidden-nodes.ts";
import { ownPath, reachable } from "../node/node-start.ts";
import {
  inodeAt,
  isAlive,
  listPids,
  type ProcessInfo,
  processTitle,
  readProcess,
} from "../node/process.ts";
import { noTracepointsAt, noTracepointsIn } from "./no-tracepoints.ts";
import { matches } from "./selection.ts";

/** How a user names what to look at. */
export type TargetSpec =
  | { readonly kind: "search" }
  | { readonly kind: "pid"; readonly pid: number }
  | { readonly kind: "pid-file"; readonly path: string }
  | { readonly kind: "path"; readonly path: string };

/** A file to attach to. */
export interface TargetFile {
  /** As this process can open it. */
  readonly reachablePath: string;
  readonly inode: string;
  /** Only this process, where other processes run the same file; null for all. */
  readonly pid: number | null;
  readonly binary: Binary;
}

/** What a target is at this moment. */
export interface Target {
  /** Null for a binary that is named by its path: every process that runs it is traced. */
  readonly process: ProcessInfo | null;
  readonly files: readonly TargetFile[];
}

/** `1234` is a pid, a file that begins with digits a pid file, any other a binary; nothing means search. */
export function parseTarget(text: string | undefined): TargetSpec {
  if (text === undefined) return { kind: "search" };
  if (/^\d+$/.test(text)) return { kind: "pid", pid: Number(text) };
  return isPidFile(text) ? { kind: "pid-file", path: text } : { kind: "path", path: text };
}

function isPidFile(path: string): boolean {
  try {
    const { size } = statSync(path);
    return size > 0 && size < 16 && /^\d+\s*$/.test(readFileSync(path, "latin1"));
  } catch {
    return false;
  }
}

/**
 * Finds the target as it is now.
 * @throws CorelensError NODE_NOT_FOUND, NODE_AMBIGUOUS, PROCESS_GONE, NO_TRACEPOINTS, NO_PERMISSION and those of
 *   reading a binary
 */
export function resolveTarget(spec: TargetSpec): Target {
  switch (spec.kind) {
    case "search":
      return searchTarget();
    case "pid":
      return processTarget(spec.pid);
    case "pid-file":
      return processTarget(readPidFile(spec.path));
    case "path":
      return fileTarget(spec.path);
  }
}

/**
 * Finds a target again after its process ended: null as long as it did not come back.
 * @param before the process that ended; where a pid was named, its successor runs the same program with the same
 *   arguments
 * @param bystanders processes that ran already when it ended
 */
export function resolveSuccessor(
  spec: TargetSpec,
  before: ProcessInfo,
  bystanders: ReadonlySet<number>,
): Target | null {
  const isNew = (pid: number) => pid !== before.pid && !bystanders.has(pid);
  try {
    const pid = successorPid(spec, before, isNew);
    return pid !== undefined && isNew(pid) ? processTarget(pid) : null;
  } catch (error) {
    if (error instanceof CorelensError) return null;
    throw error;
  }
}

function successorPid(
  spec: TargetSpec,
  before: ProcessInfo,
  isNew: (pid: number) => boolean,
): number | undefined {
  switch (spec.kind) {
    case "pid":
      return pidOfSame(before, isNew);
    case "pid-file":
      return readPidFile(spec.path);
    default:
      return findNodes()
        .map(({ process }) => process.pid)
        .find(isNew);
  }
}

/** A process that runs the same program with the same arguments as one that ended. */
export function pidOfSame(
  before: ProcessInfo,
  isWanted: (pid: number) => boolean,
): number | undefined {
  return listPids()
    .filter(isWanted)
    .find((pid) => isSame(readProcess(pid), before));
}

function isSame(a: ProcessInfo | null, b: ProcessInfo): boolean {
  return (
    a !== null &&
    a.executable.path === b.executable.path &&
    a.commandLine.join("\0") === b.commandLine.join("\0")
  );
}

/**
 * The binary that lies where the process's own was started from, if it was replaced meanwhile: the one that
 * a restarted process will run. Null otherwise.
 * @param isKnown whether a file, by its inode, was looked at already
 */
export function replacementOf(
  { pid, executable }: ProcessInfo,
  isKnown: (inode: string) => boolean,
): TargetFile | null {
  const reachablePath = reachable(pid, ownPath(pid, executable.path));
  const inode = inodeAt(reachablePath);
  if (inode === null || inode === executable.inode || isKnown(inode)) return null;
  const binary = tryReadBinary(reachablePath, executable.path);
  return binary && { reachablePath, inode, pid: null, binary };
}

function searchTarget(): Target {
  const [node, ...others] = findNodes();
  if (!node) throw nodeNotFound();
  if (others.length > 0) {
    const titles = [node, ...others].map(({ process }) => processTitle(process));
    throw new CorelensError("NODE_AMBIGUOUS", `several nodes are running: ${titles.join(", ")}`);
  }
  return { process: node.process, files: [targetFile(node.process, node)] };
}

function processTarget(pid: number): Target {
  const process = isAlive(pid) ? readProcess(pid) : null;
  const probed = probedFilesOf(pid);
  if (!process) throw new CorelensError("PROCESS_GONE", `there is no process ${pid}`);
  if (probed.length === 0) throw noTracepointsIn(process);
  return { process, files: probed.map((file) => targetFile(process, file)) };
}

function fileTarget(path: string): Target {
  if (!existsSync(path)) {
    throw new CorelensError("FILE_UNREADABLE", `there is no file ${path}`);
  }
  const binary = readBinary(path);
  if (binary.probes.length === 0) throw noTracepointsAt(path);
  const file = { reachablePath: path, inode: inodeAt(path) ?? "", pid: null, binary };
  return { process: null, files: [file] };
}

/**
 * Where no other process runs the same executable, it is traced whoever runs it, so that a restarted node is
 * traced from its first instruction. Shared objects are everybody's: only this process is traced.
 */
function targetFile(process: ProcessInfo, { file, binary }: ProbedFile): TargetFile {
  const { reachablePath, inode } = file;
  const alone = inode === process.executable.inode && !hasOtherUsers(process);
  return { reachablePath, inode, pid: alone ? null : process.pid, binary };
}

function hasOtherUsers({ pid, executable }: ProcessInfo): boolean {
  return listPids().some(
    (other) => other !== pid && readProcess(other)?.executable.inode === executable.inode,
  );
}

/**
 * Whether one of its files has a tracepoint that is wanted: a process that was just started may not have loaded it.
 * @param patterns any tracepoint of a node when empty
 */
export function hasWanted({ files }: Target, patterns: readonly string[]): boolean {
  const isWanted = (name: string): boolean => patterns.some((pattern) => matches(pattern, name));
  return files.some(({ binary }) =>
    patterns.length === 0
      ? isNode(binary)
      : binary.recognition.tracepoints.some(({ name }) => isWanted(name)),
  );
}

/**
 * The files whose tracepoints are meant: a node's own, as long as they have what is named; a process's libraries
 * have tracepoints too.
 * @throws CorelensError USAGE when nothing is named and it is no node: of any other program nothing is obvious
 */
export function filesFor({ files }: Target, patterns: readonly string[]): readonly TargetFile[] {
  const nodes = files.filter(({ binary }) => isNode(binary));
  if (nodes.length === 0 && patterns.length === 0) {
    throw new CorelensError(
      "USAGE",
      "the target is not a Bitcoin Core node, so the tracepoints must be named",
      "`corelens list TARGET` shows them",
    );
  }
  const names = nodes.flatMap(({ binary }) =>
    binary.recognition.tracepoints.map(({ name }) => name),
  );
  const suffice = patterns.every((pattern) => names.some((name) => matches(pattern, name)));
  return nodes.length > 0 && suffice ? nodes : files;
}
