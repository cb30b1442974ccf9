import { basename } from "node:path";
import { isNode, tryReadBinary } from "../../node/process/binary.ts";
import { NODE_NAMES } from "../../node/process/hidden-nodes.ts";
import { reachable, sharesNamespace } from "../../node/process/node-start.ts";
import { dataDirectoryOf, lockedDirectoryOf } from "../../node/process/node-title.ts";
import { inodeAt, listPids, type ProcessInfo, readProcess } from "../../node/process/process.ts";

/**
 * What makes a later process the same as one that ended:
 *
 * - a node is its data directory, which it locks before it does anything else. Its options may change, it may become
 *   a daemon, and a newer release may lie elsewhere;
 * - any other program is its executable's path and its arguments.
 */
export class ProcessIdentity {
  readonly process: ProcessInfo;
  readonly #isNode: boolean;
  #locked: Directory | null = null;
  readonly #configured: Directory | null;

  /** @param process has to run: what is known of it is gone when it ends */
  constructor(process: ProcessInfo) {
    const { executable, pid } = process;
    this.process = process;
    const binary = tryReadBinary(executable.reachablePath, executable.path);
    this.#isNode = binary !== null && isNode(binary);
    this.#configured = this.#isNode ? directoryAt(pid, dataDirectoryOf(pid)) : null;
    this.refresh();
  }

  /** Null for what is no node, and where it cannot be seen. */
  get #directory(): Directory | null {
    return this.#locked ?? this.#configured;
  }

  /** Looks again for the lock of a node that has just been started. */
  refresh(): void {
    if (!this.#isNode || this.#locked) return;
    const { pid } = this.process;
    this.#locked = directoryAt(pid, lockedDirectoryOf(pid));
  }

  /** Whether a process runs the same program, so that its events are to be told from the target's. */
  runsSameProgram({ executable: { path } }: ProcessInfo): boolean {
    return path === this.process.executable.path;
  }

  /** Whether it is worth comparing: another release of a node may lie elsewhere. */
  isCandidate(other: ProcessInfo): boolean {
    const isNamedSo = NODE_NAMES.has(basename(other.executable.path));
    return this.runsSameProgram(other) || (this.isCertain && isNamedSo);
  }

  /** @returns undecided for a node that has not locked its data directory yet: until then it has no events */
  compare(other: ProcessInfo): "same" | "other" | "undecided" {
    if (!this.isCandidate(other)) return "other";
    // A process that is just beginning a program has no arguments yet.
    if (other.commandLine.length === 0 && this.process.commandLine.length > 0) return "undecided";
    if (!this.#directory) {
      return hasSameArguments(other, this.process) ? "same" : "other";
    }
    const its = this.#locked ? lockedDirectoryOf(other.pid) : dataDirectoryOf(other.pid);
    if (this.#locked && its === null) return "undecided";
    return isSameDirectory(this.#directory, directoryAt(other.pid, its)) ? "same" : "other";
  }

  /** Whether it is told from others by more than its arguments. */
  get isCertain(): boolean {
    return this.#directory !== null;
  }

  /** What has to start for this to go on; null when nothing could be recognised as the same. */
  get awaited(): string | null {
    const { path } = this.process.executable;
    if (this.#directory) return `a node with the data directory ${this.#directory.path}`;
    // A program that lies in memory only is gone with its process.
    return path.startsWith("/memfd:") ? null : `${path} with the same arguments`;
  }

  /** A running process that is the same; undefined when there is none. */
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
  /** Null when it cannot be seen. */
  readonly inode: string | null;
  /** Whether the path means the same to this process. */
  readonly isHere: boolean;
}

function directoryAt(pid: number, path: string | null): Directory | null {
  if (path === null) return null;
  return { path, inode: inodeAt(reachable(pid, path)), isHere: sharesNamespace(pid, "mnt") };
}

/** By its inode, whatever links lead there; or by its path, for one that was emptied and made anew. */
function isSameDirectory(a: Directory | null, b: Directory | null): boolean {
  if (!a || !b) return false;
  if (a.inode !== null && a.inode === b.inode) return true;
  return a.isHere && b.isHere && a.path === b.path;
}

function hasSameArguments(a: ProcessInfo, b: ProcessInfo): boolean {
  return a.commandLine.join("\0") === b.commandLine.join("\0");
}
