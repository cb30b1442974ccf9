import type { Cost } from "../event/cost.ts";
import type { EventKind } from "../event/kind.ts";
import type { LossCounters } from "../event/loss.ts";
import type { StreamEvent } from "../event/notice.ts";
import type { EventSource } from "../event/source.ts";
import { CLOCK, type Clock } from "../util/clock.ts";
import type { IncompleteUnit } from "./file-summary.ts";
import type { StoredEvents } from "./stored-events.ts";

/** Recorded seconds per second; `max` is as fast as the file can be read. */
export type ReplaySpeed = number | "max";

/** Delivers the stream of a recording again, at the recorded pace or another one. */
export class ReplaySource implements EventSource {
  readonly #reader: StoredEvents;
  readonly #speed: ReplaySpeed;
  readonly #clock: Clock;
  readonly #stopped = new AbortController();
  #first: number | undefined;
  #last = 0;

  constructor(reader: StoredEvents, speed: ReplaySpeed, clock: Clock = CLOCK) {
    this.#reader = reader;
    this.#speed = speed;
    this.#clock = clock;
  }

  get kinds(): readonly EventKind[] {
    return this.#reader.kinds;
  }

  /** Recorded time that was delivered, in milliseconds. */
  get duration(): number {
    return this.#last - (this.#first ?? this.#last);
  }

  /** The incomplete units of the files read up to now. */
  get incomplete(): IncompleteUnit[] {
    return this.#reader.files.flatMap(({ incomplete }) => incomplete ?? []);
  }

  /** @throws CorelensError RECORDING_VERSION; RECORDING_CORRUPT after the events before the damage */
  async *batches(): AsyncGenerator<StreamEvent[]> {
    const speed = this.#speed;
    const paced = speed === "max" ? this.#reader.batches() : this.#paced(speed);
    for await (const events of paced) {
      if (this.#stopped.signal.aborted) return;
      this.#first ??= events[0]!.time;
      this.#last = events.at(-1)!.time;
      yield events;
    }
  }

  tallies(): Map<string, LossCounters> {
    return this.#reader.tallies();
  }

  /** What tracing cost the node during recording. */
  async cost(): Promise<Cost | null> {
    return this.#reader.cost;
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
  }

  close(): Promise<void> {
    return this.stop();
  }

  /** Yields each event when it is due, together with the others that are due then. */
  async *#paced(speed: number): AsyncGenerator<StreamEvent[]> {
    const begin = this.#clock.now();
    let first: number | undefined;
    for await (const events of this.#reader.batches()) {
      first ??= events[0]!.time;
      const due = (event: StreamEvent) => begin + (event.time - first!) / speed;
      for (let next = 0; next < events.length; ) {
        const now = this.#clock.now();
        const later = events.findIndex((event, i) => i >= next && due(event) > now);
        const end = later < 0 ? events.length : later;
        if (end > next) yield events.slice(next, end);
        next = end;
        if (later >= 0) await this.#sleepUntil(due(events[later]!));
        if (this.#stopped.signal.aborted) return;
      }
    }
  }

  async #sleepUntil(time: number): Promise<void> {
    const { signal } = this.#stopped;
    for (;;) {
      const wait = time - this.#clock.now();
      if (wait <= 0 || signal.aborted) return;
      await this.#clock.wait(wait, signal);
    }
  }
}
