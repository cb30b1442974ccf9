import { CorelensError } from "../errors.ts";
import { onProcessExit } from "../kernel/process-exit.ts";
import {
  inodeAt,
  isAlive,
  listPids,
  type ProcessInfo,
  parentOf,
  readProcess,
} from "../node/process.ts";
import {
  parseTarget,
  replacementOf,
  resolveSuccessor,
  resolveTarget,
  type Target,
  type TargetFile,
  type TargetSpec,
} from "./target.ts";

/**
 * Keeps an eye on the target, whose process ends and comes back and whose binary is replaced:
 *
 *     running ──ends──► gone ──a successor is found──► running
 *        │
 *        └── another file lies at its path: the one that a restarted process will run
 *
 * The kernel tells the end at once; everything else is looked after every quarter of a second.
 */
export interface TargetListener {
  /** Whether a process that may be the successor has what is traced: it may not have loaded it yet. */
  isReady(target: Target): boolean;
  /** The target is there, for the first time or again, maybe as another process or with other files. */
  onTarget(target: Target): void;
  /** A file that it will run when it is started again. */
  onReplacement(file: TargetFile): void;
  /** @param isAlone nobody else runs its file now: whoever starts it next is the successor */
  onEnd(process: ProcessInfo, isAlone: boolean): void;
  /** Looking went wrong; the same message is told once. */
  onTrouble(error: CorelensError): void;
  /** A look is over. */
  onLooked(): void;
}

const WATCH_MS = 250;
/** Searching all processes for a node that ended takes longer than looking after a known one. */
const SEARCH_MS = 1000;

export class TargetFollower {
  readonly #spec: TargetSpec;
  readonly #listener: TargetListener;
  #target: Target;
  #watch: NodeJS.Timeout | undefined;
  /** Processes that ran while the target's did. Its successor is none of them; its child, a daemon, can be. */
  #bystanders: ReadonlySet<number> = new Set();
  /** Whether the target's process ended and its successor was not found yet. */
  #ended = false;
  #stopWaiting: () => void = () => {};
  #trouble: string | undefined;
  #stopped = false;

  /** @throws CorelensError of finding the target */
  constructor(target: string | undefined, listener: TargetListener) {
    this.#spec = parseTarget(target);
    this.#listener = listener;
    this.#target = resolveTarget(this.#spec);
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
    const searching = this.#ended && this.#spec.kind === "search";
    this.#watch = setTimeout(
      () => {
        this.#look();
        this.#lookLater();
      },
      searching ? SEARCH_MS : WATCH_MS,
    );
  }

  #look(): void {
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
      if (process && !isAlive(process.pid)) return;
      if (this.#trouble !== error.message) this.#listener.onTrouble(error);
      this.#trouble = error.message;
    }
  }

  /** Remembers who runs beside it. */
  #isRunning({ pid }: ProcessInfo): boolean {
    // Listed first, so that nobody is on the list who was started after the process ended.
    const pids = listPids();
    if (!isAlive(pid)) return false;
    this.#bystanders = this.#othersThan(pid, pids);
    return true;
  }

  /** Those that are not children of the process; who was no child before does not become one. */
  #othersThan(parent: number, pids: readonly number[]): ReadonlySet<number> {
    const known = this.#bystanders;
    return new Set(pids.filter((pid) => known.has(pid) || parentOf(pid) !== parent));
  }

  #lookAtFile(): void {
    const spec = this.#spec;
    const inode = spec.kind === "path" ? inodeAt(spec.path) : null;
    if (inode === null || this.#target.files.some((file) => file.inode === inode)) return;
    this.#become(resolveTarget(spec));
  }

  #lookForReplacement(process: ProcessInfo): void {
    const known = (inode: string) => this.#target.files.some((file) => file.inode === inode);
    const replacement = replacementOf(process, known);
    if (!replacement) return;
    this.#target = { process, files: [...this.#target.files, replacement] };
    this.#listener.onReplacement(replacement);
  }

  #lookForSuccessor(process: ProcessInfo): void {
    if (!this.#ended) {
      this.#ended = true;
      this.#listener.onEnd(process, this.#isAlone(process));
    }
    const successor = resolveSuccessor(this.#spec, process, this.#bystanders);
    if (successor && this.#listener.isReady(successor)) this.#become(successor);
  }

  #isAlone({ executable: { inode } }: ProcessInfo): boolean {
    return ![...this.#bystanders].some((pid) => readProcess(pid)?.executable.inode === inode);
  }

  #become(target: Target): void {
    const { process } = target;
    this.#target = target;
    this.#bystanders = new Set();
    if (process) this.#bystanders = this.#othersThan(process.pid, listPids());
    this.#ended = false;
    this.#stopWaiting();
    if (process) this.#stopWaiting = onProcessExit(process.pid, () => this.#look());
    this.#listener.onTarget(target);
  }
}
