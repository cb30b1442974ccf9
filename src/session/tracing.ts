import { CorelensError } from "../errors.ts";
import { onProcessExit } from "../kernel/process-exit.ts";
import {
  hasMapped,
  inodeAt,
  isAlive,
  listPids,
  type ProcessInfo,
  readProcess,
} from "../node/process.ts";
import { Attachment, type TracedTracepoint } from "../tracer/attachment.ts";
import type { ReaderDescriptors } from "../tracer/event-reader.ts";
import { layOut, type RecordLayout } from "../tracer/record-layout.ts";
import { EVERYBODY, NOBODY, SharedState } from "../tracer/shared-state.ts";
import { type AttachSupport, detectAttachSupport } from "../tracer/support.ts";
import type { Probe } from "../usdt/probe.ts";
import { type Cost, CostMeter } from "./cost-meter.ts";
import { Filter } from "./filter.ts";
import type { Notice } from "./notice.ts";
import { checkSelection, type Selection, select } from "./selection.ts";
import {
  filesFor,
  parseTarget,
  replacementOf,
  resolveSuccessor,
  resolveTarget,
  type Target,
  type TargetFile,
  type TargetSpec,
} from "./target.ts";

/**
 * The privileged half of a session: it attaches to the target and keeps to it, through restarts and replaced
 * binaries, and never touches an event.
 *
 *     target ──► files ──► tracepoints, fields ──► layouts ──► programs ──► attached
 *        ▲                                            │
 *        └── every quarter of a second: is the        └──► onLayouts: what the reader
 *            process alive, was its file replaced?          decodes records by
 */
export interface TracingRequest extends Selection {
  /** A pid, the path of a pid file or of a binary; the running node is searched for when left out. */
  readonly target: string | undefined;
  /** The query that events have to pass (docs/query.md); all do when left out. */
  readonly where?: string | null;
}

/** Whom the privileged half tells what it does. */
export interface TracingListener {
  /** New kinds of records are about to appear. */
  onLayouts(layouts: readonly RecordLayout[]): void;
  onNotice(notice: Notice): void;
}

/** A file with the programs that are attached to it. */
interface AttachedFile {
  readonly file: TargetFile;
  readonly attachment: Attachment;
  /** How many tracepoints of the file are traced. */
  readonly tracepoints: number;
}

const WATCH_MS = 250;
/** Searching all processes for a node that ended takes longer than looking after a known one. */
const SEARCH_MS = 1000;

export class Tracing {
  readonly #descriptors: ReaderDescriptors;
  readonly #request: TracingRequest;
  readonly #filter: Filter;
  readonly #spec: TargetSpec;
  readonly #listener: TracingListener;
  readonly #support: AttachSupport;
  readonly #shared: SharedState;
  readonly #attachments = new Map<string, AttachedFile>();
  readonly #layouts: RecordLayout[] = [];
  readonly #meter: CostMeter;
  #target: Target;
  #watch: NodeJS.Timeout | undefined;
  /** Processes that ran while the target's did: none of them can be its successor. */
  #bystanders: ReadonlySet<number> = new Set();
  /** Whether the target's process ended and its successor was not found yet. */
  #ended = false;
  #stopWaiting: () => void = () => {};
  #trouble: string | undefined;
  #closed = false;

  /**
   * Finds the target; nothing is attached before `start`.
   * @param descriptors where events are delivered to
   * @throws CorelensError QUERY_SYNTAX, of finding the target, NO_PERMISSION, KERNEL_UNSUPPORTED
   */
  constructor(request: TracingRequest, descriptors: ReaderDescriptors, listener: TracingListener) {
    this.#request = request;
    this.#filter = new Filter(request.where ?? null, request.patterns);
    this.#descriptors = descriptors;
    this.#listener = listener;
    this.#spec = parseTarget(request.target);
    this.#target = resolveTarget(this.#spec);
    this.#support = detectAttachSupport();
    this.#shared = new SharedState(descriptors.shared, descriptors.capacity);
    this.#meter = new CostMeter(() =>
      [...this.#attachments.values()].flatMap(({ attachment }) => attachment.programs),
    );
  }

  /** @throws CorelensError TRACEPOINT_UNKNOWN, FIELD_UNKNOWN, QUERY_TYPE, PROGRAM_REJECTED, … */
  start(): void {
    const files = filesFor(this.#target, this.#request.patterns);
    const available = files.flatMap(({ binary }) => binary.recognition.tracepoints);
    checkSelection(available, this.#request);
    this.#filter.check(select(available, this.#request));
    this.#follow(this.#target);
    for (const file of files) this.#attach(file);
    this.#watchLater();
  }

  cost(): Cost | null {
    return this.#meter.cost();
  }

  /** Detaches; what was delivered can still be read. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#watch);
    this.#stopWaiting();
    this.#meter.close();
    for (const key of [...this.#attachments.keys()]) this.#drop(key);
    this.#shared.close();
  }

  #attach(file: TargetFile): void {
    const key = keyOf(file);
    if (!this.#attachments.has(key)) {
      const { tracepoints, added } = this.#layOut(file);
      if (tracepoints.length === 0) return;
      if (added.length > 0) this.#listener.onLayouts(added);
      const target = { path: file.reachablePath, pid: file.pid };
      const attachment = new Attachment(target, tracepoints, this.#descriptors, this.#support);
      this.#attachments.set(key, { file, attachment, tracepoints: tracepoints.length });
      this.#meter.start();
    }
    this.#listener.onNotice({
      tracepoint: "corelens:attached",
      time: Date.now(),
      binary: file.binary.path,
      node: this.#target.process?.pid ?? null,
      tracepoints: this.#attachments.get(key)!.tracepoints,
    });
  }

  #drop(key: string): void {
    const attached = this.#attachments.get(key);
    this.#attachments.delete(key);
    attached?.attachment.close();
  }

  /** The records of a file's chosen tracepoints; layouts that a former file had already are used again. */
  #layOut(file: TargetFile): { tracepoints: TracedTracepoint[]; added: RecordLayout[] } {
    const available = file.binary.recognition.tracepoints;
    const known = this.#layouts.length;
    const tracepoints = this.#filter
      .apply(select(available, this.#request))
      .filter((filtering) => "plan" in filtering)
      .map(({ chosen: { tracepoint, fields, wanted }, plan }) => {
        const { name, sites } = tracepoint;
        const layout = layOut(this.#layouts.length, name, fields, wanted, plan?.inReader);
        return {
          layout: this.#known(layout) ?? this.#add(layout),
          sites: sites.flatMap(attachable),
          condition: plan?.condition ?? null,
        };
      });
    return { tracepoints, added: this.#layouts.slice(known) };
  }

  #known(layout: RecordLayout): RecordLayout | undefined {
    const same = (other: RecordLayout) =>
      JSON.stringify({ ...other, id: 0 }) === JSON.stringify({ ...layout, id: 0 });
    return this.#layouts.find(same);
  }

  #add(layout: RecordLayout): RecordLayout {
    if (layout.id >= this.#descriptors.capacity) {
      throw new CorelensError(
        "USAGE",
        `a session can trace ${this.#descriptors.capacity} kinds of events`,
        "name fewer",
      );
    }
    this.#layouts.push(layout);
    return layout;
  }

  #watchLater(): void {
    if (this.#closed) return;
    const searching = this.#ended && this.#spec.kind === "search";
    this.#watch = setTimeout(
      () => {
        this.#look();
        this.#watchLater();
      },
      searching ? SEARCH_MS : WATCH_MS,
    );
  }

  /** Looks after the target: attaches to a file that replaced its own, and to a restarted process. */
  #look(): void {
    try {
      const { process } = this.#target;
      if (process === null) this.#followFile();
      else if (this.#isRunning(process)) this.#followReplacement(process);
      else this.#followProcess(process);
      this.#dropUnused();
    } catch (error) {
      if (!(error instanceof CorelensError)) throw error;
      this.#tellTrouble(error);
    }
  }

  /** Remembers who runs beside it. */
  #isRunning({ pid }: ProcessInfo): boolean {
    // Listed first, so that nobody is on the list who was started after the process ended.
    const pids = listPids();
    if (!isAlive(pid)) return false;
    this.#bystanders = new Set(pids);
    return true;
  }

  #followFile(): void {
    const spec = this.#spec;
    const inode = spec.kind === "path" ? inodeAt(spec.path) : null;
    if (inode === null || this.#target.files.some((file) => file.inode === inode)) return;
    this.#target = resolveTarget(spec);
    for (const file of this.#target.files) this.#attach(file);
  }

  #followReplacement(process: ProcessInfo): void {
    const known = (inode: string) => this.#target.files.some((file) => file.inode === inode);
    const replacement = replacementOf(process, known);
    if (!replacement) return;
    const files = [...this.#target.files, replacement];
    this.#target = { process, files };
    this.#attach(replacement);
  }

  #followProcess(process: ProcessInfo): void {
    if (!this.#ended) this.#onEnd(process);
    const successor = resolveSuccessor(this.#spec, process, this.#bystanders);
    if (successor === null) return;
    this.#follow(successor);
    for (const file of filesFor(successor, this.#request.patterns)) this.#attach(file);
  }

  /** From now on this is the target: only its process's events are wanted, and its end is waited for. */
  #follow(target: Target): void {
    const { process } = target;
    this.#target = target;
    this.#bystanders = new Set(listPids());
    this.#ended = false;
    this.#stopWaiting();
    this.#shared.admit(process?.pid ?? EVERYBODY);
    if (process) this.#stopWaiting = onProcessExit(process.pid, () => this.#look());
  }

  /** Until its successor is found, whoever starts the same file next is taken for it, if nobody else runs it now. */
  #onEnd(process: ProcessInfo): void {
    const { inode } = process.executable;
    const others = [...this.#bystanders].some(
      (pid) => readProcess(pid)?.executable.inode === inode,
    );
    this.#shared.admit(others ? NOBODY : EVERYBODY);
    this.#ended = true;
    this.#listener.onNotice({
      tracepoint: "corelens:ended",
      time: Date.now(),
      node: process.pid,
    });
  }

  /** The same trouble is told once, not at every look. */
  #tellTrouble({ code, message }: CorelensError): void {
    if (this.#trouble === message) return;
    this.#trouble = message;
    this.#listener.onNotice({ tracepoint: "corelens:trouble", time: Date.now(), code, message });
  }

  /** Detaches from files that the target has no longer, once no process runs them. */
  #dropUnused(): void {
    const current = new Set(this.#target.files.map(keyOf));
    for (const [key, { file }] of this.#attachments) {
      if (!current.has(key) && !isInUse(file)) this.#drop(key);
    }
  }
}

function keyOf({ inode, pid }: TargetFile): string {
  return `${inode}:${pid ?? "all"}`;
}

function isInUse({ inode, pid }: TargetFile): boolean {
  if (pid !== null) return isAlive(pid);
  return listPids().some((pid) => hasMapped(pid, inode));
}

/** A site lies in a segment that is executed, or it cannot be hit. */
export function attachable({ fileOffset, semaphoreOffset, arguments: arguments_ }: Probe) {
  if (fileOffset === null) return [];
  return [{ fileOffset, semaphoreOffset: semaphoreOffset ?? 0, arguments: arguments_ }];
}
