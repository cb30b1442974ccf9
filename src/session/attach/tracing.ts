import type { CountRequest } from "../../counting/count-request.ts";
import type { Rows } from "../../counting/group-map.ts";
import { CorelensError } from "../../errors.ts";
import type { Cost } from "../../event/cost.ts";
import type { Notice } from "../../event/notice.ts";
import { DEFAULT_SETTINGS, type TraceSettings } from "../../event/trace-settings.ts";
import type { ProcessInfo } from "../../node/process/process.ts";
import { Attachment, type TracedTracepoint } from "../../tracer/attachment.ts";
import type { ReaderDescriptors } from "../../tracer/event-reader.ts";
import { ExitWatch } from "../../tracer/exit-watch.ts";
import type { RecordLayout } from "../../tracer/record-layout.ts";
import {
  EVERY_PROCESS,
  MAX_EXCLUDED,
  NEW_PROCESSES,
  NO_PROCESS,
  otherSet,
  type ProgramSet,
  SharedState,
} from "../../tracer/shared-state.ts";
import { type AttachSupport, detectAttachSupport } from "../../tracer/support.ts";
import { checkAttachable } from "./attachable.ts";
import { AttachedFiles } from "./attached-files.ts";
import { CostMeter } from "./cost-meter.ts";
import { Counting } from "./counting.ts";
import { Delivery, type EventRequest } from "./delivery.ts";
import { followPeers } from "./follow-peers.ts";
import { LayoutRegistry } from "./layout-registry.ts";
import { filesFor, hasWanted, type Target, type TargetFile } from "./target.ts";
import { TargetFollower } from "./target-follower.ts";
import type { TracePlan } from "./trace-plan.ts";
import { TracingNotices } from "./tracing-notices.ts";

/*
 * The privileged half of a session. It attaches to the target, follows it through restarts and replaced binaries, and
 * never touches an event.
 *
 *     target ──► files ──► tracepoints ──► plans: deliver, count ──► programs ──► attached
 *        ▲                                      │
 *        └── TargetFollower: it restarted,      ├──► onLayouts: how the reader
 *            its file was replaced              │    decodes records
 *                                               └── changeSettings: new programs replace the old ones
 */

export interface TracingRequest {
  /** A pid, or the path of a pid file or a binary; by default the running node. */
  readonly target: string | undefined;
  /**
   * True when the command shows the state of one node: the path of a binary then means the one process that runs it.
   * By default, every process that runs it is traced.
   */
  readonly oneNode?: boolean;
  /** Which events to deliver; none when null. */
  readonly events: EventRequest | null;
  /** What to count in the kernel. */
  readonly counts?: readonly CountRequest[];
  /** Whether the reader may change what is traced, within these requests. */
  readonly mayChangeSettings?: boolean;
}

/** Receives the reports of the privileged half. */
export interface TracingListener {
  /** Records with these layouts will follow. */
  onLayouts(layouts: readonly RecordLayout[]): void;
  onNotice(notice: Notice): void;
}

export class Tracing {
  readonly #descriptors: ReaderDescriptors;
  readonly #request: TracingRequest;
  readonly #layouts: LayoutRegistry;
  readonly #countings: readonly Counting[];
  #deliveries: readonly Delivery[];
  #settings = DEFAULT_SETTINGS;
  readonly #follower: TargetFollower;
  readonly #support: AttachSupport;
  readonly #shared: SharedState;
  readonly #exitWatch: ExitWatch;
  readonly #files = new AttachedFiles();
  readonly #notices: TracingNotices;
  readonly #meter: CostMeter;
  /** Other processes that run the same program. */
  #others: readonly number[] = [];
  #detached = false;

  /**
   * Finds the target; `start` attaches.
   * @param descriptors the maps that receive events
   * @throws CorelensError QUERY_SYNTAX, errors of finding the target, NO_PERMISSION, KERNEL_UNSUPPORTED
   */
  constructor(request: TracingRequest, descriptors: ReaderDescriptors, listener: TracingListener) {
    this.#request = request;
    this.#descriptors = descriptors;
    this.#layouts = new LayoutRegistry(descriptors.capacity, (layouts) =>
      listener.onLayouts(layouts),
    );
    this.#countings = (request.counts ?? []).map((count) => new Counting(count));
    this.#deliveries = this.#deliver([]);
    this.#notices = new TracingNotices((notice) => listener.onNotice(notice));
    this.#follower = new TargetFollower(request.target, request.oneNode ?? false, {
      isReady: (target) => hasWanted(target, this.#patterns()),
      onTarget: (target) => this.#onTarget(target),
      onReplacement: (file) => this.#attach(file),
      onRewritten: (inode) => this.#files.dropInode(inode),
      onOthers: (pids) => this.#onOthers(pids),
      onStranger: (process, target) => this.#notices.stranger(process, target),
      onEnd: (process, awaited) => this.#onEnd(process, awaited),
      onError: (error) => this.#notices.error(error),
      onChecked: () => this.#files.dropUnused(this.#follower.target.files),
    });
    this.#support = detectAttachSupport();
    this.#shared = new SharedState(descriptors.shared, descriptors.capacity);
    this.#exitWatch = new ExitWatch(descriptors.shared);
    this.#meter = new CostMeter(() => this.#files.programs);
  }

  /** @throws CorelensError TRACEPOINT_UNKNOWN, FIELD_UNKNOWN, QUERY_TYPE, PROGRAM_REJECTED, … */
  start(): void {
    const files = filesFor(this.#follower.target, this.#patterns());
    const available = files.flatMap(({ binary }) => binary.recognition.tracepoints);
    for (const plan of this.#plans) plan.check(available);
    this.#notices.limited(this.#request.events?.limits ?? {});
    this.#follower.start();
    this.#reportCountedTogether();
  }

  cost(): Cost | null {
    return this.#meter.cost();
  }

  /** The counts so far, by request and tracepoint. */
  counts(): Rows[][] {
    return this.#countings.map((counting) => counting.read());
  }

  /**
   * Changes what is traced. The new programs are attached before the old ones are detached, so no event is missed.
   * On an error, a notice reports it and nothing changes.
   */
  changeSettings(settings: TraceSettings): void {
    if (this.#detached || !this.#request.mayChangeSettings) return;
    const former = { settings: this.#settings, deliveries: this.#deliveries };
    let replace: () => void;
    try {
      this.#deliveries = this.#deliver(settings.peers);
      this.#settings = settings;
      const set = otherSet(this.#shared.activeSet);
      replace = this.#files.prepareReplacement((file) =>
        this.#attachmentOf(file, this.#prepare(file), set),
      );
    } catch (error) {
      this.#settings = former.settings;
      this.#deliveries = former.deliveries;
      if (!(error instanceof CorelensError)) throw error;
      this.#notices.error(error);
      return;
    }
    this.#shared.switchSets();
    this.#notices.settingsChanged(settings);
    replace();
    this.#meter.start();
  }

  /** Detaches. Delivered events and counts remain readable. */
  detach(): void {
    if (this.#detached) return;
    this.#detached = true;
    this.#follower.stop();
    this.#meter.close();
    this.#files.close();
    this.#exitWatch.close();
    this.#shared.close();
  }

  close(): void {
    this.detach();
    for (const counting of this.#countings) counting.close();
  }

  get #plans(): readonly TracePlan[] {
    return [...this.#deliveries, ...this.#countings];
  }

  /** @throws QueryError QUERY_SYNTAX */
  #deliver(peers: TraceSettings["peers"]): Delivery[] {
    const { events } = this.#request;
    if (events === null) return [];
    return followPeers(events, peers).map(
      (request) => new Delivery(request, this.#descriptors, this.#layouts),
    );
  }

  /** The patterns of all plans; empty, which means all tracepoints, when one plan has none. */
  #patterns(): readonly string[] {
    const patterns = this.#plans.map(({ patterns }) => patterns);
    return patterns.some(({ length }) => length === 0) ? [] : patterns.flat();
  }

  #attach(file: TargetFile): void {
    const { process } = this.#follower.target;
    const attached = this.#files.get(file);
    if (attached) {
      this.#notices.attached(file, process, attached.tracepoints);
      return;
    }
    const tracepoints = this.#prepare(file);
    this.#reportUnknownLayouts(file);
    if (tracepoints.length === 0) return;
    const { names, problem } = checkAttachable(file.binary, tracepoints);
    if (problem) this.#notices.error(problem);
    // Reported first, so that the notices precede the first event.
    this.#notices.attached(file, process, names.length);
    this.#notices.unreadable(tracepoints);
    const attachment = this.#attachmentOf(file, tracepoints, this.#shared.activeSet);
    this.#files.add({ file, attachment, tracepoints: names.length });
    this.#meter.start();
  }

  #reportUnknownLayouts({ binary }: TargetFile): void {
    const available = binary.recognition.tracepoints;
    const problems = this.#plans.flatMap((plan) => plan.layoutProblems(available));
    // A tracepoint that is delivered and counted is reported once.
    const byMessage = new Map(problems.map((problem) => [problem.message, problem]));
    for (const problem of byMessage.values()) this.#notices.error(problem);
  }

  #prepare({ binary }: TargetFile): TracedTracepoint[] {
    const available = binary.recognition.tracepoints;
    return this.#plans.flatMap((plan) => plan.prepare(available));
  }

  /** Attaches to the tracepoints that are not switched off. */
  #attachmentOf(
    file: TargetFile,
    tracepoints: readonly TracedTracepoint[],
    set: ProgramSet,
  ): Attachment {
    const target = { path: file.reachablePath, pid: file.pid };
    const on = tracepoints.filter(({ name }) => !this.#settings.off.includes(name));
    return new Attachment(target, on, this.#descriptors.shared, set, this.#support);
  }

  #reportCountedTogether(): void {
    const { target, events, counts = [] } = this.#request;
    if (target === undefined || events !== null || this.#follower.target.process) return;
    if (counts.every(({ by }) => by.includes("pid") || by.includes("node"))) return;
    this.#notices.countedTogether(target);
  }

  #onTarget(target: Target): void {
    // Other processes may run the same file.
    this.#shared.trace(target.process?.pid ?? EVERY_PROCESS);
    for (const file of filesFor(target, this.#patterns())) this.#attach(file);
  }

  #onOthers(pids: readonly number[]): void {
    this.#others = pids;
    this.#shared.exclude(pids);
  }

  #onEnd(process: ProcessInfo, awaited: string | null): void {
    // Admits the unknown successor's first events.
    this.#shared.trace(this.#others.length > MAX_EXCLUDED ? NO_PROCESS : NEW_PROCESSES);
    this.#notices.ended(process, awaited);
  }
}
