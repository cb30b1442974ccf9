import { existsSync, readFileSync, statSync } from "node:fs";
import type { TracedMachine } from "../../elf/header.ts";
import { CorelensError } from "../../errors.ts";
import { type Binary, isNode, readBinary, tryReadBinary } from "../../node/process/binary.ts";
import {
  findNodes,
  type ProbedFile,
  probedFilesOf,
  readPidFile,
} from "../../node/process/find-nodes.ts";
import { nodeNotFound } from "../../node/process/hidden-nodes.ts";
import { ambiguousNodes } from "../../node/process/node-title.ts";
import {
  executableInode,
  hasMapped,
  inodeAt,
  isAlive,
  listPids,
  type ProcessInfo,
  readProcess,
} from "../../node/process/process.ts";
import { noTracepointsAt, noTracepointsIn } from "./no-tracepoints.ts";
import { matches } from "./selection.ts";

/** How a user names the target. */
export type TargetSpec =
  | { readonly kind: "search" }
  | { readonly kind: "pid"; readonly pid: number }
  | { readonly kind: "pid-file"; readonly path: string }
  | { readonly kind: "path"; readonly path: string };

/** A file to attach to. */
export interface TargetFile {
  /** The path by which this process can open it. */
  readonly reachablePath: string;
  readonly inode: string;
  /** The only traced process, for a library that others load too; null for all. */
  readonly pid: number | null;
  readonly binary: Binary;
}

/** The current state of a target. */
export interface Target {
  /** Null if the target is the path of a binary: every process that runs it is traced. */
  readonly process: ProcessInfo | null;
  readonly files: readonly TargetFile[];
}

/** `1234` is a pid, a file that holds only digits is a pid file, any other file is a binary; undefined means search. */
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
 * Finds the current target.
 * @param oneNode whether a binary's path means the one node that runs it, not every process that does
 * @throws CorelensError NODE_NOT_FOUND, NODE_AMBIGUOUS, PROCESS_GONE, NO_TRACEPOINTS, NO_PERMISSION, and the errors of
 *   `readBinary`
 */
export function resolveTarget(spec: TargetSpec, oneNode = false): Target {
  switch (spec.kind) {
    case "search":
      return searchTarget();
    case "pid":
      return resolveProcess(spec.pid);
    case "pid-file":
      return resolveProcess(readPidFile(spec.path));
    case "path":
      return oneNode ? onlyTarget(spec.path) : fileTarget(spec.path);
  }
}

/** The pid of a new running node; undefined if there is none. */
export function findNewNode(isNew: (pid: number) => boolean): number | undefined {
  return findNodes()
    .map(({ process }) => process.pid)
    .find(isNew);
}

/**
 * The binary at a path now, which a restarted process will run. Null if it is known, or unreadable, for example while
 * it is written.
 * @param path the path by which this process can open it
 * @param shownPath the path to show
 * @param isKnown whether an inode is known already
 */
export function replacementAt(
  path: string,
  shownPath: string,
  isKnown: (inode: string) => boolean,
): TargetFile | null {
  const inode = inodeAt(path);
  if (inode === null || isKnown(inode)) return null;
  const binary = tryReadBinary(path, shownPath);
  return binary && { reachablePath: path, inode, pid: null, binary };
}

function searchTarget(): Target {
  const [node, ...others] = findNodes();
  if (!node) throw nodeNotFound();
  if (others.length > 0) {
    const pids = [node, ...others].map(({ process }) => process.pid);
    throw ambiguousNodes("several nodes are running", pids);
  }
  return { process: node.process, files: [targetFile(node.process, node)] };
}

/** @throws CorelensError PROCESS_GONE, NO_TRACEPOINTS, NO_PERMISSION */
export function resolveProcess(pid: number): Target {
  const process = isAlive(pid) ? readProcess(pid) : null;
  const probed = probedFilesOf(pid);
  if (!process) throw new CorelensError("PROCESS_GONE", `process ${pid} does not exist`);
  // A process that was just forked may have started another program meanwhile.
  const now = readProcess(pid);
  if (now && !runsSame(now, process)) return resolveProcess(pid);
  if (probed.length === 0) throw noTracepointsIn(process);
  return { process, files: probed.map((file) => targetFile(process, file)) };
}

function runsSame(a: ProcessInfo, b: ProcessInfo): boolean {
  const isSameFile = a.executable.inode === b.executable.inode;
  const hasSameArguments = a.commandLine.length === b.commandLine.length;
  return isSameFile && a.executable.path === b.executable.path && hasSameArguments;
}

/** The process that runs a binary; the binary alone while no process runs it. */
function onlyTarget(path: string): Target {
  const target = fileTarget(path);
  const process = onlyProcessOf(path);
  return process ? resolveProcess(process.pid) : target;
}

/**
 * The only process that runs a program or has loaded a library; null if there is none.
 * @throws CorelensError NODE_AMBIGUOUS
 */
export function onlyProcessOf(path: string): ProcessInfo | null {
  const processes = processesOf(path);
  if (processes.length < 2) return processes[0] ?? null;
  const pids = processes.map(({ pid }) => pid);
  throw ambiguousNodes(`several processes run ${path}`, pids);
}

/** The processes that run the program; if none does, the processes that have loaded the file. */
export function processesOf(path: string): ProcessInfo[] {
  const inode = inodeAt(path);
  if (inode === null) return [];
  const programs = listPids().map((pid) => ({ pid, inode: executableInode(pid) }));
  const running = programs.filter((program) => program.inode === inode);
  // Kernel threads, and processes of other users, have no readable executable.
  const loaded = (): typeof programs =>
    programs.filter((program) => program.inode !== null && hasMapped(program.pid, inode));
  const found = running.length > 0 ? running : loaded();
  return found.map(({ pid }) => readProcess(pid)).filter((process) => process !== null);
}

function fileTarget(path: string): Target {
  if (!existsSync(path)) {
    throw new CorelensError("FILE_UNREADABLE", `no such file: ${path}`);
  }
  const binary = readBinary(path);
  if (binary.probes.length === 0) throw noTracepointsAt(path);
  const file = { reachablePath: path, inode: inodeAt(path) ?? "", pid: null, binary };
  return { process: null, files: [file] };
}

/**
 * Programs attach to an executable in every process that runs it, so that a restarted process is traced from its first
 * instruction; the kernel side drops the events of other processes. Many processes share a library, so programs attach
 * to it in this process only.
 */
function targetFile(process: ProcessInfo, { file, binary }: ProbedFile): TargetFile {
  const { reachablePath, inode } = file;
  const isProgram = inode === process.executable.inode;
  return { reachablePath, inode, pid: isProgram ? null : process.pid, binary };
}

/**
 * Whether one of its files has a requested tracepoint: a process that just started may not have loaded it.
 * @param patterns empty requests any tracepoint of a node
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
 * The files to trace: the node's own if they have all named tracepoints; otherwise all, because libraries of the
 * process have tracepoints too.
 * @throws CorelensError USAGE if no tracepoint is named and the target is not a node, as there is no default for other
 *   programs; ELF_UNSUPPORTED for a program of another machine
 */
export function filesFor(target: Target, patterns: readonly string[]): readonly TargetFile[] {
  const files = ofThisMachine(target.files);
  const nodes = files.filter(({ binary }) => isNode(binary));
  if (nodes.length === 0 && patterns.length === 0) {
    throw new CorelensError(
      "USAGE",
      "the target is not a Bitcoin Core node, so the tracepoints must be named",
      "`corelens list TARGET` shows its tracepoints",
    );
  }
  const names = nodes.flatMap(({ binary }) =>
    binary.recognition.tracepoints.map(({ name }) => name),
  );
  const suffice = patterns.every((pattern) => names.some((name) => matches(pattern, name)));
  return nodes.length > 0 && suffice ? nodes : files;
}

/** Programs of other machines can only be listed and checked. */
function ofThisMachine(files: readonly TargetFile[]): readonly TargetFile[] {
  const own = files.filter(({ binary }) => binary.machine === THIS_MACHINE);
  const [other] = files;
  if (own.length > 0 || other === undefined) return own;
  const { path, machine } = other.binary;
  throw new CorelensError(
    "ELF_UNSUPPORTED",
    `${path} is built for ${machine}; this machine can trace only programs for ${THIS_MACHINE}`,
    "`corelens list` and `corelens check` can read it",
  );
}

const THIS_MACHINE: TracedMachine = process.arch === "arm64" ? "aarch64" : "x86-64";
