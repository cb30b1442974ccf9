import { CorelensError } from "../../errors.ts";
import { onProcessExit } from "../../kernel/process-exit.ts";
import { readPidFile } from "../../node/process/find-nodes.ts";
import { ownPath, reachable, sharesNamespace } from "../../node/process/node-start.ts";
import { inodeAt, isAlive, type ProcessInfo, versionAt } from "../../node/process/process.ts";
import { Neighbours } from "./neighbours.ts";
import { ProcessIdentity } from "./process-identity.ts";
import {
  findNewNode,
  parseTarget,
  replacementAt,
  resolveProcess,
  resolveTarget,
  type Target,
  type TargetFile,
  type TargetSpec,
} from "./target.ts";

/**
 * Keeps an eye on the target, whose process ends and comes back and whose binary is replaced:
 *
 *     running ──ends──► gone ──a successor is found──► running
 *        │                │
 *        └────────────────┴── another file lies at its path: the one that a restarted process will run
 *
 * The kernel tells the end at once; everything else is looked after every quarter of a second, and more often while
 * the process is gone.
 */
export interface TargetListener {
  /** Whether a process that may be the successor has what is traced: it may not have loaded it yet. */
  isReady(target: Target): boolean;
  /** The target is there, for the first time or again, maybe as another process or with other files. */
  onTarget(target: Target): void;
  /** A file that it will run when it is started again. */
  onReplacement(file: TargetFile): void;
  /** A file was written anew in place: its code is no longer where it was, and nothing may stay attached to it. */
  onRewritten(inode: string): void;
  /** These processes run the same program and are not the target. */
  onOthers(pids: readonly number[]): void;
  /** Another process was started that runs the same program, where the target was not named by its pid. */
  onStranger(process: ProcessInfo, target: ProcessInfo): void;
  /** @param awaited what has to start for tracing to go on; null when nothing could be recognised as the same */
  onEnd(process: ProcessInfo, awaited: string | null): void;
  /** Looking went wrong; the same message is told once. */
  onTrouble(error: CorelensError): void;
  /** A look is over. */
  onLooked(): void;
}

const WATCH_MS = 250;
/** A node takes longer from locking its data directory to its first event. */
const WAIT_MS = 50;
/** Searching all processes takes longer than looking at new ones. */
const SEARCH_MS = 1000;

export class TargetFollower {
  readonly #spec: TargetSpec;
  readonly #oneNode: boolean;
  readonly #listener: TargetListener;
  #target: Target;
  #identity: ProcessIdentity | null = null;
  #neighbours = new Neighbours(null);
  /** Where this process sees the executable after its process ended; null where it does not. */
  #executablePath: string | null = null;
  /** What lay there when it was attached to. */
  #version: string | null = null;
  #watch: NodeJS.Timeout | undefined;
  /** Whether the target's process ended and its successor was not found yet. */
  #ended = false;
  #searchedAt = 0;
  #stopWaiting: () => void = () => {};
  #trouble: string | undefined;
  #stopped = false;

  /**
   * @param oneNode whether a binary's path means the one node that runs it, and not every process that does
   * @throws CorelensError of finding the target
   */
  constructor(target: string | undefined, oneNode: boolean, listener: TargetListener) {
    this.#spec = parseTarget(target);
    this.#oneNode = oneNode;
    this.#listener = listener;
    this.#target = resolveTarget(this.#spec, oneNode);
  }

  get target(): Target {
    return this.#target;
  }

  /** Begins to look, and tells the target as it is. */
  start(): void {
    this.#become(this.#target);
    this.#lookLater();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#watch);
    this.#stopWaiting();
  }

  #lookLater(): void {
    if (this.#stopped) return;
    const isAwaited = this.#ended || (this.#oneNode && !this.#target.process);
    this.#watch = setTimeout(
      () => {
        this.#look();
        this.#lookLater();
      },
      isAwaited ? WAIT_MS : WATCH_MS,
    );
  }

  #look(): void {
    if (this.#stopped) return;
    try {
      const { process } = this.#target;
      if (process === null) this.#lookAtFile();
      else if (this.#isRunning(process)) this.#lookForReplacement(process);
      else this.#lookForSuccessor(process);
      this.#listener.onLooked();
    } catch (error) {
      if (!(error instanceof CorelensError)) throw error;
      const { process } = this.#target;
      // It ended while it was looked at: the next look tells that.
      if (process && !this.#ended && !isAlive(process.pid)) return;
      if (this.#trouble !== error.message) this.#listener.onTrouble(error);
      this.#trouble = error.message;
    }
  }

  /** Remembers who runs beside it. */
  #isRunning(process: ProcessInfo): boolean {
    const strangers = this.#neighbours.look(() => isAlive(process.pid));
    if (strangers === null) return false;
    this.#identity?.refresh();
    this.#tellStrangers(strangers, process);
    return true;
  }

  #tellStrangers(strangers: readonly ProcessInfo[], process: ProcessInfo): void {
    this.#listener.onOthers(this.#neighbours.others);
    // Who named a process knows which one is meant.
    if (this.#spec.kind === "pid" || this.#spec.kind === "pid-file") return;
    for (const stranger of strangers) this.#listener.onStranger(stranger, process);
  }

  #lookAtFile(): void {
    const spec = this.#spec;
    if (spec.kind !== "path") return;
    this.#lookForRewriting(spec.path);
    const inode = inodeAt(spec.path);
    const isNew = inode !== null && !this.#target.files.some((file) => file.inode === inode);
    if (!isNew && !this.#oneNode) return;
    const target = resolveTarget(spec, this.#oneNode);
    if (isNew || (target.process && this.#listener.isReady(target))) this.#become(target);
  }

  #lookForReplacement(process: ProcessInfo): void {
    const path = this.#ended
      ? this.#executablePath
      : reachable(process.pid, ownPath(process.pid, process.executable.path));
    if (this.#ended && path) this.#lookForRewriting(path);
    const isRun = (inode: string) => !this.#ended && inode === process.executable.inode;
    const known = (inode: string) =>
      isRun(inode) || this.#target.files.some((file) => file.inode === inode);
    const replacement = path && replacementAt(path, process.executable.path, known);
    if (!replacement) return;
    this.#version = this.#executablePath && versionAt(this.#executablePath);
    this.#target = { process, files: [...this.#target.files, replacement] };
    this.#listener.onReplacement(replacement);
  }

  /** Only a program that nobody runs can be written to. */
  #lookForRewriting(path: string): void {
    const version = versionAt(path);
    if (version === null || version === this.#version) return;
    this.#version = version;
    const inode = inodeAt(path);
    const { process, files } = this.#target;
    if (inode === null || !files.some((file) => file.inode === inode)) return;
    this.#listener.onRewritten(inode);
    this.#target = { process, files: files.filter((file) => file.inode !== inode) };
  }

  #lookForSuccessor(process: ProcessInfo): void {
    if (!this.#ended) {
      this.#ended = true;
      this.#listener.onEnd(process, this.#awaited());
    }
    this.#lookForReplacement(process);
    const pid = this.#successorOf(process);
    const successor = pid === undefined ? null : tryProcess(pid);
    if (successor && this.#listener.isReady(successor)) this.#become(successor);
  }

  #awaited(): string | null {
    if (this.#spec.kind === "pid-file") return `the process that ${this.#spec.path} names`;
    return this.#identity?.awaited ?? null;
  }

  #successorOf(process: ProcessInfo): number | undefined {
    const named = this.#spec.kind === "pid-file" ? tryPidFile(this.#spec.path) : null;
    if (named !== null && named !== process.pid && isAlive(named)) return named;
    const strangers: ProcessInfo[] = [];
    const isSearch = Date.now() - this.#searchedAt >= SEARCH_MS;
    if (isSearch) this.#searchedAt = Date.now();
    for (const candidate of this.#neighbours.candidates(isSearch)) {
      const verdict = this.#identity?.compare(candidate);
      // Who names a pid file has said which process is meant.
      if (verdict === "same" && this.#spec.kind !== "pid-file") return candidate.pid;
      if (verdict === "other" && this.#identity?.runsSameProgram(candidate)) {
        strangers.push(candidate);
      }
    }
    for (const { pid } of strangers) this.#neighbours.markOther(pid);
    this.#tellStrangers(strangers, process);
    const isAnyMeant = this.#spec.kind === "search" && !this.#identity?.isCertain;
    return isAnyMeant && isSearch ? findNewNode((pid) => this.#neighbours.isNew(pid)) : undefined;
  }

  #become(target: Target): void {
    const { process } = target;
    this.#target = target;
    this.#identity = process && new ProcessIdentity(process);
    this.#neighbours = new Neighbours(this.#identity);
    this.#neighbours.look(() => true);
    this.#executablePath =
      process && sharesNamespace(process.pid, "mnt") ? process.executable.path : null;
    const path = this.#spec.kind === "path" && !process ? this.#spec.path : this.#executablePath;
    this.#version = path && versionAt(path);
    this.#ended = false;
    this.#stopWaiting();
    if (process) this.#stopWaiting = onProcessExit(process.pid, () => this.#look());
    this.#listener.onOthers(this.#neighbours.others);
    this.#listener.onTarget(target);
    // It may have ended before its end was waited for.
    if (process && !isAlive(process.pid)) this.#look();
  }
}

/** Null for one that ended meanwhile, or has no tracepoints. */
function tryProcess(pid: number): Target | null {
  try {
    return resolveProcess(pid);
  } catch (error) {
    if (error instanceof CorelensError) return null;
    throw error;
  }
}

/** Null while the file is gone or empty. */
function tryPidFile(path: string): number | null {
  try {
    return readPidFile(path);
  } catch (error) {
    if (error instanceof CorelensError) return null;
    throw error;
  }
}
