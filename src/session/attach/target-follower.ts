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

/*
 * Follows the target while its process restarts and its binary is replaced:
 *
 *     running ──ends──► gone ──a successor is found──► running
 *        │                │
 *        └────────────────┴── another file is at its path: a restarted process will run it
 *
 * The kernel reports the end at once. Everything else is polled every quarter of a second, and more often while the
 * process is gone.
 */

export interface TargetListener {
  /** Whether a possible successor has the traced tracepoints: it may not have loaded them yet. */
  isReady(target: Target): boolean;
  /** The target was found, at first or again; the process or its files may have changed. */
  onTarget(target: Target): void;
  /** The target will run this file when it restarts. */
  onReplacement(file: TargetFile): void;
  /** A file was rewritten in place: its code has moved, so nothing may stay attached to it. */
  onRewritten(inode: string): void;
  /** The pids of all other processes that run the same program. */
  onOthers(pids: readonly number[]): void;
  /** Another process with the same program started, and the target was not named by a pid or pid file. */
  onStranger(process: ProcessInfo, target: ProcessInfo): void;
  /** @param awaited what must start for tracing to continue; null if no later process could be recognised */
  onEnd(process: ProcessInfo, awaited: string | null): void;
  /** A check failed; the same message is reported once. */
  onError(error: CorelensError): void;
  /** A check is complete. */
  onChecked(): void;
}

const WATCH_MS = 250;
/** Shorter than the time between a node's lock on its data directory and its first event. */
const WAIT_MS = 50;
/** A search of all processes takes longer than a check of the new ones. */
const SEARCH_MS = 1000;

export class TargetFollower {
  readonly #spec: TargetSpec;
  readonly #oneNode: boolean;
  readonly #listener: TargetListener;
  #target: Target;
  #identity: ProcessIdentity | null = null;
  #neighbours = new Neighbours(null);
  /** The executable's path for this process after the target's end; null if it is not visible. */
  #executablePath: string | null = null;
  /** The version of the file at that path when it was attached to. */
  #version: string | null = null;
  #watch: NodeJS.Timeout | undefined;
  /** Whether the target's process has ended and no successor is found yet. */
  #ended = false;
  #searchedAt = 0;
  #stopWaiting: () => void = () => {};
  #reportedError: string | undefined;
  #stopped = false;

  /**
   * @param oneNode whether a binary's path means the one node that runs it, not every process that does
   * @throws CorelensError if the target is not found
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

  /** Reports the current target, and starts to poll. */
  start(): void {
    this.#become(this.#target);
    this.#scheduleCheck();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#watch);
    this.#stopWaiting();
  }

  #scheduleCheck(): void {
    if (this.#stopped) return;
    const isAwaited = this.#ended || (this.#oneNode && !this.#target.process);
    this.#watch = setTimeout(
      () => {
        this.#check();
        this.#scheduleCheck();
      },
      isAwaited ? WAIT_MS : WATCH_MS,
    );
  }

  #check(): void {
    if (this.#stopped) return;
    try {
      const { process } = this.#target;
      if (process === null) this.#checkFile();
      else if (this.#isRunning(process)) this.#checkForReplacement(process);
      else this.#checkForSuccessor(process);
      this.#listener.onChecked();
    } catch (error) {
      if (!(error instanceof CorelensError)) throw error;
      const { process } = this.#target;
      // The process ended during the check; the next check reports it.
      if (process && !this.#ended && !isAlive(process.pid)) return;
      if (this.#reportedError !== error.message) this.#listener.onError(error);
      this.#reportedError = error.message;
    }
  }

  /** Also records the processes that run beside it. */
  #isRunning(process: ProcessInfo): boolean {
    const strangers = this.#neighbours.scan(() => isAlive(process.pid));
    if (strangers === null) return false;
    this.#identity?.refresh();
    this.#reportStrangers(strangers, process);
    return true;
  }

  #reportStrangers(strangers: readonly ProcessInfo[], process: ProcessInfo): void {
    this.#listener.onOthers(this.#neighbours.others);
    // A user who named a process is not in doubt which one is traced.
    if (this.#spec.kind === "pid" || this.#spec.kind === "pid-file") return;
    for (const stranger of strangers) this.#listener.onStranger(stranger, process);
  }

  #checkFile(): void {
    const spec = this.#spec;
    if (spec.kind !== "path") return;
    this.#checkForRewrite(spec.path);
    const inode = inodeAt(spec.path);
    const isNew = inode !== null && !this.#target.files.some((file) => file.inode === inode);
    if (!isNew && !this.#oneNode) return;
    const target = resolveTarget(spec, this.#oneNode);
    if (isNew || (target.process && this.#listener.isReady(target))) this.#become(target);
  }

  #checkForReplacement(process: ProcessInfo): void {
    const path = this.#ended
      ? this.#executablePath
      : reachable(process.pid, ownPath(process.pid, process.executable.path));
    if (this.#ended && path) this.#checkForRewrite(path);
    const isRun = (inode: string) => !this.#ended && inode === process.executable.inode;
    const known = (inode: string) =>
      isRun(inode) || this.#target.files.some((file) => file.inode === inode);
    const replacement = path && replacementAt(path, process.executable.path, known);
    if (!replacement) return;
    this.#version = this.#executablePath && versionAt(this.#executablePath);
    this.#target = { process, files: [...this.#target.files, replacement] };
    this.#listener.onReplacement(replacement);
  }

  /** The kernel allows writes only to a program that no process runs. */
  #checkForRewrite(path: string): void {
    const version = versionAt(path);
    if (version === null || version === this.#version) return;
    this.#version = version;
    const inode = inodeAt(path);
    const { process, files } = this.#target;
    if (inode === null || !files.some((file) => file.inode === inode)) return;
    this.#listener.onRewritten(inode);
    this.#target = { process, files: files.filter((file) => file.inode !== inode) };
  }

  #checkForSuccessor(process: ProcessInfo): void {
    if (!this.#ended) {
      this.#ended = true;
      this.#listener.onEnd(process, this.#awaited());
    }
    this.#checkForReplacement(process);
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
      // A pid file names the process, so no other one can succeed it.
      if (verdict === "same" && this.#spec.kind !== "pid-file") return candidate.pid;
      if (verdict === "other" && this.#identity?.runsSameProgram(candidate)) {
        strangers.push(candidate);
      }
    }
    for (const { pid } of strangers) this.#neighbours.markOther(pid);
    this.#reportStrangers(strangers, process);
    const acceptsAny = this.#spec.kind === "search" && !this.#identity?.isCertain;
    return acceptsAny && isSearch ? findNewNode((pid) => this.#neighbours.isNew(pid)) : undefined;
  }

  #become(target: Target): void {
    const { process } = target;
    this.#target = target;
    this.#identity = process && new ProcessIdentity(process);
    this.#neighbours = new Neighbours(this.#identity);
    this.#neighbours.scan(() => true);
    this.#executablePath =
      process && sharesNamespace(process.pid, "mnt") ? process.executable.path : null;
    const path = this.#spec.kind === "path" && !process ? this.#spec.path : this.#executablePath;
    this.#version = path && versionAt(path);
    this.#ended = false;
    this.#stopWaiting();
    if (process) this.#stopWaiting = onProcessExit(process.pid, () => this.#check());
    this.#listener.onOthers(this.#neighbours.others);
    this.#listener.onTarget(target);
    // The process may have ended before `onProcessExit` watched it.
    if (process && !isAlive(process.pid)) this.#check();
  }
}

/** Null if the process has ended or has no tracepoints. */
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
