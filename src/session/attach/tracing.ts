import type { CountRequest } from "../../counting/count-request.ts";
import type { Rows } from "../../counting/group-map.ts";
import { CorelensError } from "../../errors.ts";
import type { Cost } from "../../event/cost.ts";
import type { Notice } from "../../event/notice.ts";
import { DEFAULT_SETTINGS, type TraceSettings } from "../../event/trace-settings.ts";
import { nodeTitle } from "../../node/process/node-title.ts";
import {
  hasMapped,
  isAlive,
  listPids,
  type ProcessInfo,
  processTitle,
} from "../../node/process/process.ts";
import { Attachment, type TracedTracepoint } from "../../tracer/attachment.ts";
import type { ReaderDescriptors } from "../../tracer/event-reader.ts";
import { ExitWatch } from "../../tracer/exit-watch.ts";
import type { RecordLayout } from "../../tracer/record-layout.ts";
import {
  type BufferIndex,
  EVERYBODY,
  MAX_OTHERS,
  NEWCOMERS,
  NOBODY,
  other,
  SharedState,
} from "../../tracer/shared-state.ts";
import { type AttachSupport, detectAttachSupport } from "../../tracer/support.ts";
import { checkAttachable } from "./attachable.ts";
import { CostMeter } from "./cost-meter.ts";
import { Counting } from "./counting.ts";
import { Delivery, type EventRequest } from "./delivery.ts";
import { followPeers } from "./follow-peers.ts";
import { LayoutRegistry } from "./layout-registry.ts";
import { filesFor, hasWanted, processesOf, type Target, type TargetFile } from "./target.ts";
import { TargetFollower } from "./target-follower.ts";
import type { TracePlan } from "./trace-plan.ts";

/**
 * The privileged half of a session: it attaches to the target and keeps to it, through restarts and replaced
 * binaries, and never touches an event.
 *
 *     target ──► files ──► tracepoints ──► purposes: deliver, count ──► programs ──► attached
 *        ▲                                      │
 *        └── TargetFollower: it came back,      ├──► onLayouts: what the reader
 *            its file was replaced              │    decodes records by
 *                                               └── steer: other ones take over
 */
export interface TracingRequest {
  /** A pid, the path of a pid file or of a binary; the running node is searched for when left out. */
  readonly target: string | undefined;
  /**
   * Whether the state of one node is shown: the path of a binary then means the one process that runs it. Left out,
   * every process that runs it is traced.
   */
  readonly oneNode?: boolean;
  /** Which events to deliver; none when null. */
  readonly events: EventRequest | null;
  /** What to count where it happens. */
  readonly counts?: readonly CountRequest[];
  /** Whether whoever reads may change what is traced, within these requests. */
  readonly steerable?: boolean;
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
  readonly #layouts: LayoutRegistry;
  readonly #countings: readonly Counting[];
  #deliveries: readonly Delivery[];
  #steering = DEFAULT_SETTINGS;
  readonly #follower: TargetFollower;
  readonly #listener: TracingListener;
  readonly #support: AttachSupport;
  readonly #shared: SharedState;
  readonly #exitWatch: ExitWatch;
  readonly #attachments = new Map<string, AttachedFile>();
  readonly #meter: CostMeter;
  /** Processes that run the same program. */
  #others: readonly number[] = [];
  #detached = false;

  /**
   * Finds the target; nothing is attached before `start`.
   * @param descriptors where events are delivered to
   * @throws CorelensError QUERY_SYNTAX, of finding the target, NO_PERMISSION, KERNEL_UNSUPPORTED
   */
  constructor(request: TracingRequest, descriptors: ReaderDescriptors, listener: TracingListener) {
    this.#request = request;
    this.#descriptors = descriptors;
    this.#layouts = new LayoutRegistry(descriptors.capacity, (layouts) =>
      listener.onLayouts(layouts),
    );
    this.#countings = (request.counts ?? []).map((count) => new Counting(count));
    this.#deliveries = this.#deliver([]);
    this.#listener = listener;
    this.#follower = new TargetFollower(request.target, request.oneNode ?? false, {
      isReady: (target) => hasWanted(target, this.#patterns()),
      onTarget: (target) => this.#onTarget(target),
      onReplacement: (file) => this.#attach(file),
      onRewritten: (inode) => this.#dropAll(inode),
      onOthers: (pids) => this.#onOthers(pids),
      onStranger: (process, target) => this.#tellTrouble(strangerTo(process, target)),
      onEnd: (process, awaited) => this.#onEnd(process, awaited),
      onTrouble: (error) => this.#tellTrouble(error),
      onLooked: () => this.#dropUnused(),
    });
    this.#support = detectAttachSupport();
    this.#shared = new SharedState(descriptors.shared, descriptors.capacity);
    this.#exitWatch = new ExitWatch(descriptors.shared);
    this.#meter = new CostMeter(() =>
      [...this.#attachments.values()].flatMap(({ attachment }) => attachment.programs),
    );
  }

  /** @throws CorelensError TRACEPOINT_UNKNOWN, FIELD_UNKNOWN, QUERY_TYPE, PROGRAM_REJECTED, … */
  start(): void {
    const files = filesFor(this.#follower.target, this.#patterns());
    const available = files.flatMap(({ binary }) => binary.recognition.tracepoints);
    for (const purpose of this.#purposes) purpose.check(available);
    this.#tellLimits();
    this.#follower.start();
    this.#tellCountedTogether();
  }

  cost(): Cost | null {
    return this.#meter.cost();
  }

  /** What was counted until now: of each request, what its tracepoints counted. */
  counts(): Rows[][] {
    return this.#countings.map((counting) => counting.read());
  }

  /**
   * Changes what is traced. The programs that do it are attached before the former ones are let go, so that no event
   * is missed; what cannot be done is told as trouble, and all goes on as before.
   */
  steer(steering: TraceSettings): void {
    if (this.#detached || !this.#request.steerable) return;
    const former = { steering: this.#steering, deliveries: this.#deliveries };
    const attached = new Map<string, Attachment>();
    try {
      this.#deliveries = this.#deliver(steering.peers);
      this.#steering = steering;
      for (const [key, { file }] of this.#attachments) {
        attached.set(key, this.#attachmentOf(file, this.#prepare(file), other(this.#shared.turn)));
      }
    } catch (error) {
      for (const attachment of attached.values()) attachment.close();
      this.#steering = former.steering;
      this.#deliveries = former.deliveries;
      if (!(error instanceof CorelensError)) throw error;
      this.#tellTrouble(error);
      return;
    }
    this.#shared.swapBuffers();
    this.#listener.onNotice({ tracepoint: "corelens:settings", time: Date.now(), ...steering });
    for (const [key, attachment] of attached) {
      const before = this.#attachments.get(key)!;
      before.attachment.close();
      this.#attachments.set(key, { ...before, attachment });
    }
    this.#meter.start();
  }

  /** Detaches; what was delivered or counted can still be read. */
  detach(): void {
    if (this.#detached) return;
    this.#detached = true;
    this.#follower.stop();
    this.#meter.close();
    for (const key of [...this.#attachments.keys()]) this.#drop(key);
    this.#exitWatch.close();
    this.#shared.close();
  }

  close(): void {
    this.detach();
    for (const counting of this.#countings) counting.close();
  }

  get #purposes(): readonly TracePlan[] {
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

  /** Of all purposes; every tracepoint is wanted when one of them wants all. */
  #patterns(): readonly string[] {
    const patterns = this.#purposes.map(({ patterns }) => patterns);
    return patterns.some(({ length }) => length === 0) ? [] : patterns.flat();
  }

  #attach(file: TargetFile): void {
    const key = keyOf(file);
    const attached = this.#attachments.get(key);
    if (attached) {
      this.#tellAttached(file, attached.tracepoints);
      return;
    }
    const tracepoints = this.#prepare(file);
    this.#tellNotUnderstood(file);
    if (tracepoints.length === 0) return;
    const { names, trouble } = checkAttachable(file.binary, tracepoints);
    if (trouble) this.#tellTrouble(trouble);
    // Told first, so that it stands before the first event.
    this.#tellAttached(file, names.length);
    this.#tellUnreadable(tracepoints);
    const attachment = this.#attachmentOf(file, tracepoints, this.#shared.turn);
    this.#attachments.set(key, { file, attachment, tracepoints: names.length });
    this.#meter.start();
  }

  #tellNotUnderstood({ binary }: TargetFile): void {
    const available = binary.recognition.tracepoints;
    const troubles = this.#purposes.flatMap((purpose) => purpose.notUnderstood(available));
    // A tracepoint that is delivered and counted is told once.
    const byMessage = new Map(troubles.map((trouble) => [trouble.message, trouble]));
    for (const trouble of byMessage.values()) this.#tellTrouble(trouble);
  }

  #prepare({ binary }: TargetFile): TracedTracepoint[] {
    const available = binary.recognition.tracepoints;
    return this.#purposes.flatMap((purpose) => purpose.prepare(available));
  }

  /** Of a file's tracepoints, those that are not switched off are attached to. */
  #attachmentOf(
    file: TargetFile,
    tracepoints: readonly TracedTracepoint[],
    turn: BufferIndex,
  ): Attachment {
    const target = { path: file.reachablePath, pid: file.pid };
    const on = tracepoints.filter(({ name }) => !this.#steering.off.includes(name));
    return new Attachment(target, on, this.#descriptors.shared, turn, this.#support);
  }

  #tellLimits(): void {
    const { sample = null, rate = null } = this.#request.events?.limits ?? {};
    if (sample === null && rate === null) return;
    this.#listener.onNotice({ tracepoint: "corelens:limited", time: Date.now(), sample, rate });
  }

  /** Counts of several nodes look like those of one, unless they are told apart. */
  #tellCountedTogether(): void {
    const { target, events, counts = [] } = this.#request;
    if (target === undefined || events !== null || this.#follower.target.process) return;
    if (counts.every(({ by }) => by.includes("pid") || by.includes("node"))) return;
    const pids = processesOf(target).map(({ pid }) => pid);
    if (pids.length < 2) return;
    const titles = pids.map(nodeTitle).join(", ");
    const message = `several processes run ${target} and are counted together: ${titles}; --by pid separates them`;
    this.#tellTrouble(new CorelensError("NODE_AMBIGUOUS", message));
  }

  #tellAttached({ binary, reachablePath }: TargetFile, tracepoints: number): void {
    const { process } = this.#follower.target;
    this.#listener.onNotice({
      tracepoint: "corelens:attached",
      time: Date.now(),
      binary: binary.path,
      pid: process?.pid ?? null,
      tracepoints,
      // A copy of a node's program is another file: nothing would come, and nobody would know why.
      ...(process === null && { running: processesOf(reachablePath).length }),
    });
  }

  #tellUnreadable(tracepoints: readonly TracedTracepoint[]): void {
    const told = new Set<string>();
    for (const { name, unreadable = [] } of tracepoints) {
      for (const field of unreadable) {
        const text = JSON.stringify([name, field]);
        if (told.has(text)) continue;
        told.add(text);
        this.#listener.onNotice({
          tracepoint: "corelens:unreadable",
          time: Date.now(),
          unreadable_tracepoint: name,
          ...field,
        });
      }
    }
  }

  #tellTrouble({ code, message }: CorelensError): void {
    this.#listener.onNotice({ tracepoint: "corelens:trouble", time: Date.now(), code, message });
  }

  #drop(key: string): void {
    const attached = this.#attachments.get(key);
    this.#attachments.delete(key);
    attached?.attachment.close();
  }

  #dropAll(inode: string): void {
    for (const [key, { file }] of this.#attachments) if (file.inode === inode) this.#drop(key);
  }

  #onTarget(target: Target): void {
    // Only its own events are wanted: others may run the same file.
    this.#shared.admit(target.process?.pid ?? EVERYBODY);
    for (const file of filesFor(target, this.#patterns())) this.#attach(file);
  }

  #onOthers(pids: readonly number[]): void {
    this.#others = pids;
    this.#shared.leaveOut(pids);
  }

  #onEnd(process: ProcessInfo, awaited: string | null): void {
    // Its successor is not known yet, and its first events are wanted.
    this.#shared.admit(this.#others.length > MAX_OTHERS ? NOBODY : NEWCOMERS);
    this.#listener.onNotice({
      tracepoint: "corelens:ended",
      time: Date.now(),
      pid: process.pid,
      awaited,
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

function strangerTo(process: ProcessInfo, target: ProcessInfo): CorelensError {
  return new CorelensError(
    "NODE_AMBIGUOUS",
    `${nodeTitle(process.pid)} runs the same program and is left out: ${processTitle(target)} is traced`,
  );
}

function keyOf({ inode, pid }: TargetFile): string {
  return `${inode}:${pid ?? "all"}`;
}

function isInUse({ inode, pid }: TargetFile): boolean {
  if (pid !== null) return isAlive(pid);
  return listPids().some((pid) => hasMapped(pid, inode));
}
