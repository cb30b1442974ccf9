import { basename } from "node:path";
import { isNode, tryReadBinary } from "../../node/process/binary.ts";
import { NODE_NAMES } from "../../node/process/hidden-nodes.ts";
import { reachable, sharesNamespace } from "../../node/process/node-start.ts";
import { dataDirectoryOf, lockedDirectoryOf } from "../../node/process/node-title.ts";
import { inodeAt, listPids, type ProcessInfo, readProcess } from "../../node/process/process.ts";

/**
 * Identifies a process across restarts:
 *
 * - a node by its data directory, which it locks before it does anything else. Its options may change, it may become
 *   a daemon, and a newer release may have another path;
 * - any other program by the path of its executable and its arguments.
 */
export class ProcessIdentity {
  readonly process: ProcessInfo;
  readonly #isNode: boolean;
  #locked: Directory | null = null;
  readonly #configured: Directory | null;

  /** @param process must be running: the kernel drops its data when it ends */
  constructor(process: ProcessInfo) {
    const { executable, pid } = process;
    this.process = process;
    const binary = tryReadBinary(executable.reachablePath, executable.path);
    this.#isNode = binary !== null && isNode(binary);
    this.#configured = this.#isNode ? directoryAt(pid, dataDirectoryOf(pid)) : null;
    this.refresh();
  }

  /** Null if the process is not a node, or its directory is not visible. */
  get #directory(): Directory | null {
    return this.#locked ?? this.#configured;
  }

  /** Checks again for the lock of a node that has just started. */
  refresh(): void {
    if (!this.#isNode || this.#locked) return;
    const { pid } = this.process;
    this.#locked = directoryAt(pid, lockedDirectoryOf(pid));
  }

  /** Whether a process runs the same program, so that its events must be separated from the target's. */
  runsSameProgram({ executable: { path } }: ProcessInfo): boolean {
    return path === this.process.executable.path;
  }

  /** Whether a comparison can succeed. Another release of a node may have another path. */
  isCandidate(other: ProcessInfo): boolean {
    const hasNodeName = NODE_NAMES.has(basename(other.executable.path));
    return this.runsSameProgram(other) || (this.isCertain && hasNodeName);
  }

  /** @returns undecided for a node that has not locked its data directory yet; it has no events before that */
  compare(other: ProcessInfo): "same" | "other" | "undecided" {
    if (!this.isCandidate(other)) return "other";
    // A process that is just starting a program has no arguments yet.
    if (other.commandLine.length === 0 && this.process.commandLine.length > 0) return "undecided";
    if (!this.#directory) {
      return hasSameArguments(other, this.process) ? "same" : "other";
    }
    const its = this.#locked ? lockedDirectoryOf(other.pid) : dataDirectoryOf(other.pid);
    if (this.#locked && its === null) return "undecided";
    return isSameDirectory(this.#directory, directoryAt(other.pid, its)) ? "same" : "other";
  }

  /** Whether its data directory identifies the process, not only its arguments. */
  get isCertain(): boolean {
    return this.#directory !== null;
  }

  /** What must start for tracing to continue; null if no later process could be recognised as the same. */
  get awaited(): string | null {
    const { path } = this.process.executable;
    if (this.#directory) return `a node with the data directory ${this.#directory.path}`;
    // A program that exists only in memory ends with its process.
    return path.startsWith("/memfd:") ? null : `${path} with the same arguments`;
  }

  /** The pid of a running process with the same identity; undefined if there is none. */
  find(): number | undefined {
    return listPids().find((pid) => {
      const other = pid === this.process.pid ? null : readProcess(pid);
      return other !== null && this.compare(other) === "same";
    });
  }
}

interface Directory {
  /** As the process names it. */
  readonly path: string;
  /** Null if it is not visible. */
  readonly inode: string | null;
  /** Whether the path has the same meaning for this process. */
  readonly isHere: boolean;
}

function directoryAt(pid: number, path: string | null): Directory | null {
  if (path === null) return null;
  return { path, inode: inodeAt(reachable(pid, path)), isHere: sharesNamespace(pid, "mnt") };
}

/** Compares inodes, which ignores links; then paths, for a directory that was deleted and created again. */
function isSameDirectory(a: Directory | null, b: Directory | null): boolean {
  if (!a || !b) return false;
  if (a.inode !== null && a.inode === b.inode) return true;
  return a.isHere && b.isHere && a.path === b.path;
}

function hasSameArguments(a: ProcessInfo, b: ProcessInfo): boolean {
  return a.commandLine.join("\0") === b.commandLine.join("\0");
}
