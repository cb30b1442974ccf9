import { CorelensError } from "../errors.ts";
import { hasMapped, isAlive, listPids, type ProcessInfo } from "../node/process.ts";
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
import { filesFor, type Target, type TargetFile } from "./target.ts";
import { TargetFollower } from "./target-follower.ts";

/**
 * The privileged half of a session: it attaches to the target and keeps to it, through restarts and replaced
 * binaries, and never touches an event.
 *
 *     target ──► files ──► tracepoints, fields ──► layouts ──► programs ──► attached
 *        ▲                                            │
 *        └── TargetFollower: it came back,            └──► onLayouts: what the reader
 *            its file was replaced                         decodes records by
 */
export interface TracingRequest extends Selection {
  /** A pid, the path of a pid file or of a binary; the running node is searched for when left out. */
  readonly target: string | undefined;
  /** The query that events have to pass (docs/query.md); all do when left out. */
  readonly where?: string | null;
  /** Bytes of each payload that are enough, where payloads are among the fields; all when left out. */
  readonly mostPayload?: number | undefined;
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

export class Tracing {
  readonly #descriptors: ReaderDescriptors;
  readonly #request: TracingRequest;
  readonly #filter: Filter;
  readonly #follower: TargetFollower;
  readonly #listener: TracingListener;
  readonly #support: AttachSupport;
  readonly #shared: SharedState;
  readonly #attachments = new Map<string, AttachedFile>();
  readonly #layouts: RecordLayout[] = [];
  readonly #meter: CostMeter;
  #closed = false;

  /**
   * Finds the target; nothing is attached before `start`.
   * @param descriptors where events are delivered to
   * @throws CorelensError QUERY_SYNTAX, of finding the target, NO_PERMISSION, KERNEL_UNSUPPORTED
   */
  constructor(request: TracingRequest, descriptors: ReaderDescriptors, listener: TracingListener) {
    this.#request = request;
    this.#filter = new Filter(request.where ?? null, request);
    this.#descriptors = descriptors;
    this.#listener = listener;
    this.#follower = new TargetFollower(request.target, {
      onTarget: (target) => this.#onTarget(target),
      onReplacement: (file) => this.#attach(file),
      onEnd: (process, isAlone) => this.#onEnd(process, isAlone),
      onTrouble: ({ code, message }) =>
        listener.onNotice({ tracepoint: "corelens:trouble", time: Date.now(), code, message }),
      onLooked: () => this.#dropUnused(),
    });
    this.#support = detectAttachSupport();
    this.#shared = new SharedState(descriptors.shared, descriptors.capacity);
    this.#meter = new CostMeter(() =>
      [...this.#attachments.values()].flatMap(({ attachment }) => attachment.programs),
    );
  }

  /** @throws CorelensError TRACEPOINT_UNKNOWN, FIELD_UNKNOWN, QUERY_TYPE, PROGRAM_REJECTED, … */
  start(): void {
    const files = filesFor(this.#follower.target, this.#request.patterns);
    const available = files.flatMap(({ binary }) => binary.recognition.tracepoints);
    checkSelection(available, this.#request);
    this.#filter.check(select(available, this.#request));
    this.#follower.start();
  }

  cost(): Cost | null {
    return this.#meter.cost();
  }

  /** Detaches; what was delivered can still be read. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#follower.stop();
    this.#meter.close();
    for (const key of [...this.#attachments.keys()]) this.#drop(key);
    this.#shared.close();
  }

  #attach(file: TargetFile): void {
    const key = keyOf(file);
    const attached = this.#attachments.get(key);
    if (attached) {
      this.#tellAttached(file, attached.tracepoints);
      return;
    }
    const { tracepoints, added } = this.#layOut(file);
    if (tracepoints.length === 0) return;
    // Told first, so that it stands before the first event.
    this.#tellAttached(file, tracepoints.length);
    if (added.length > 0) this.#listener.onLayouts(added);
    const target = { path: file.reachablePath, pid: file.pid };
    const attachment = new Attachment(target, tracepoints, this.#descriptors, this.#support);
    this.#attachments.set(key, { file, attachment, tracepoints: tracepoints.length });
    this.#meter.start();
  }

  #tellAttached({ binary }: TargetFile, tracepoints: number): void {
    this.#listener.onNotice({
      tracepoint: "corelens:attached",
      time: Date.now(),
      binary: binary.path,
      node: this.#follower.target.process?.pid ?? null,
      tracepoints,
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
        const layout = layOut(
          this.#layouts.length,
          name,
          fields,
          wanted,
          plan?.inReader,
          this.#request.mostPayload,
        );
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

  #onTarget(target: Target): void {
    // Only its own events are wanted: others may run the same file.
    this.#shared.admit(target.process?.pid ?? EVERYBODY);
    for (const file of filesFor(target, this.#request.patterns)) this.#attach(file);
  }

  #onEnd(process: ProcessInfo, isAlone: boolean): void {
    this.#shared.admit(isAlone ? EVERYBODY : NOBODY);
    this.#listener.onNotice({
      tracepoint: "corelens:ended",
      time: Date.now(),
      node: process.pid,
    });
  }

  /** Detaches from files that the target has no longer, once no process runs them. */
  #dropUnused(): void {
    const current = new Set(this.#follower.target.files.map(keyOf));
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
