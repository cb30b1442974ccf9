import type { Rows } from "../../counting/group-map.ts";
import type { CorelensError } from "../../errors.ts";
import type { Cost } from "../../event/cost.ts";
import type { EventKind } from "../../event/kind.ts";
import type { LossCounters } from "../../event/loss.ts";
import type { Notice, StreamEvent } from "../../event/notice.ts";
import { type EventSource, eventsOf } from "../../event/source.ts";
import type { TraceSettings } from "../../event/trace-settings.ts";
import { EventReader, type ReaderDescriptors } from "../../tracer/event-reader.ts";
import { type RecordLayout, shownSlots } from "../../tracer/record-layout.ts";

/** The privileged half, as the other half sees it: in this process or in another. */
export interface TracingControl {
  /** Detaches from the target; resolves when no event can come any more. */
  detach(): Promise<void>;
  cost(): Promise<Cost | null>;
  /** What was counted until now: of each request to count, what its tracepoints counted. */
  counts(): Promise<readonly (readonly Rows[])[]>;
  /** Changes what is traced, where the request allows it; the stream tells when it was done. */
  steer(steering: TraceSettings): void;
  close(): void;
}

/**
 * A running trace: a stream of typed events and of what happens to the stream.
 *
 * It may be iterated once. Reading is pulled: what is not read in time stays in the ring buffer, and what does
 * not fit there is counted and told as `corelens:lost`.
 */
export class TraceSession<Event extends StreamEvent = StreamEvent>
  implements EventSource<Event>, AsyncIterable<Event>
{
  readonly #reader: EventReader;
  readonly #control: TracingControl;
  readonly #notices: Notice[] = [];
  readonly #told = new Map<string, number>();
  readonly #kinds: EventKind[] = [];
  #failure: CorelensError | undefined;

  /** @param latencyMs how long an event may wait for others while events come steadily */
  constructor(descriptors: ReaderDescriptors, control: TracingControl, latencyMs: number) {
    this.#reader = new EventReader(descriptors, latencyMs);
    this.#control = control;
  }

  get kinds(): readonly EventKind[] {
    return this.#kinds;
  }

  /** Makes new kinds of records known; for the privileged half. */
  add(layouts: readonly RecordLayout[]): void {
    this.#reader.add(layouts);
    for (const layout of layouts) {
      const fields = shownSlots(layout).map(({ field }) => field);
      this.#kinds.push({ name: layout.name, fields });
    }
  }

  /** Puts a notice into the stream; for the privileged half. */
  tell(notice: Notice): void {
    this.#notices.push(notice);
    this.#reader.interrupt();
  }

  /** Lets the iteration end with an error, after the events that happened until then. */
  fail(error: CorelensError): void {
    this.#failure = error;
    this.#reader.finish();
  }

  /** The fast way to read: an event costs nothing beyond its decoding. */
  async *batches(): AsyncGenerator<Event[]> {
    for await (const events of this.#reader.batches()) {
      const notices = this.#takeNotices();
      if (notices.length > 0) yield notices as Event[];
      if (events.length > 0) yield events as Event[];
    }
    yield this.#takeNotices() as Event[];
    if (this.#failure) throw this.#failure;
  }

  [Symbol.asyncIterator](): AsyncGenerator<Event> {
    return eventsOf(this);
  }

  tallies(): Map<string, LossCounters> {
    return this.#reader.tallies();
  }

  cost(): Promise<Cost | null> {
    return this.#control.cost();
  }

  /** What was counted until now: of each request to count, what its tracepoints counted. */
  counts(): Promise<readonly (readonly Rows[])[]> {
    return this.#control.counts();
  }

  /** Changes what is traced; `corelens:settings` tells in the stream when it was done. */
  steer(steering: TraceSettings): void {
    this.#control.steer(steering);
  }

  async stop(): Promise<void> {
    await this.#control.detach();
    this.#reader.finish();
  }

  async close(): Promise<void> {
    await this.#control.detach();
    this.#reader.close();
    this.#control.close();
  }

  /** What happened since the last batch, and what was lost. */
  #takeNotices(): Notice[] {
    const notices = this.#notices.splice(0);
    for (const [name, { lost }] of this.tallies()) {
      const told = this.#told.get(name) ?? 0;
      if (lost === told) continue;
      this.#told.set(name, lost);
      notices.push({
        tracepoint: "corelens:lost",
        time: Date.now(),
        lost_tracepoint: name,
        lost: lost - told,
      });
    }
    return notices;
  }
}
