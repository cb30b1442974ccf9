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

/** Controls the privileged half, which runs in this process or in another. */
export interface TracingControl {
  /** Detaches from the target; resolves once no more events can arrive. */
  detach(): Promise<void>;
  cost(): Promise<Cost | null>;
  /** The counts so far, by request and tracepoint. */
  counts(): Promise<readonly (readonly Rows[])[]>;
  /** Changes what is traced, if the request allows it; a notice in the stream confirms it. */
  changeSettings(settings: TraceSettings): void;
  close(): void;
}

/**
 * A running trace: a stream of typed events, and of notices about the stream.
 *
 * It can be iterated once. The consumer pulls: unread events stay in the ring buffer, and `corelens:lost` counts those
 * that do not fit.
 */
export class TraceSession<Event extends StreamEvent = StreamEvent>
  implements EventSource<Event>, AsyncIterable<Event>
{
  readonly #reader: EventReader;
  readonly #control: TracingControl;
  readonly #notices: Notice[] = [];
  readonly #reported = new Map<string, number>();
  readonly #kinds: EventKind[] = [];
  /** What the reader's `lost` was when losses were last reported. */
  #lost = 0;
  #failure: CorelensError | undefined;

  /** @param latencyMs how long an event may wait for others under steady load */
  constructor(descriptors: ReaderDescriptors, control: TracingControl, latencyMs: number) {
    this.#reader = new EventReader(descriptors, latencyMs);
    this.#control = control;
  }

  get kinds(): readonly EventKind[] {
    return this.#kinds;
  }

  /** Adds record layouts; for the privileged half. */
  add(layouts: readonly RecordLayout[]): void {
    this.#reader.add(layouts);
    for (const layout of layouts) {
      const fields = shownSlots(layout).map(({ field }) => field);
      this.#kinds.push({ name: layout.name, fields });
    }
  }

  /** Puts a notice into the stream; for the privileged half. */
  report(notice: Notice): void {
    this.#notices.push(notice);
    this.#reader.interrupt();
  }

  /** Ends the iteration with an error, after the events until now. */
  fail(error: CorelensError): void {
    this.#failure = error;
    this.#reader.finish();
  }

  /** The fast way to read: the only cost of an event is its decoding. */
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

  /** The counts so far, by request and tracepoint. */
  counts(): Promise<readonly (readonly Rows[])[]> {
    return this.#control.counts();
  }

  /** Changes what is traced; the notice `corelens:settings` confirms it in the stream. */
  changeSettings(settings: TraceSettings): void {
    this.#control.changeSettings(settings);
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

  /** The notices since the last batch, with those of new losses. */
  #takeNotices(): Notice[] {
    const notices = this.#notices.splice(0);
    const lost = this.#reader.lost();
    if (lost === this.#lost) return notices;
    this.#lost = lost;
    for (const [name, { lost }] of this.tallies()) {
      const reported = this.#reported.get(name) ?? 0;
      if (lost === reported) continue;
      this.#reported.set(name, lost);
      notices.push({
        tracepoint: "corelens:lost",
        time: Date.now(),
        lost_tracepoint: name,
        lost: lost - reported,
      });
    }
    return notices;
  }
}
