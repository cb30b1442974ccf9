import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import { RingBuffer } from "../bpf/ring-buffer.ts";
import type { RawEvent } from "../event/event.ts";
import { added, type LossCounters } from "../event/loss.ts";
import { WallClock } from "../kernel/clock.ts";
import { Readiness } from "../kernel/readiness.ts";
import { ThreadNames } from "../kernel/thread-names.ts";
import { BatchDecoder } from "./batch-decoder.ts";
import type { RecordLayout } from "./record-layout.ts";
import { RecordMemory } from "./record-memory.ts";
import { SharedState } from "./shared-state.ts";

/**
 * The unprivileged half of a session: it reads the shared ring buffer and delivers events.
 *
 * To wake a sleeping reader costs the traced process more than all other work of tracing. Therefore the reader polls,
 * as network drivers do: while events come, it reads every `latencyMs` and no event wakes it.
 *
 *     polling ──two empty reads──► asleep: the next event wakes the reader
 *        ▲                            │
 *        └──────── an event ──────────┘   or 100 ms later
 *
 * A program that writes an event at the moment when the reader falls asleep may miss the change of state and wake no
 * one. The reader finds this event after 100 ms.
 *
 * The consumer asks for each batch. When it is slow, events stay in the ring buffer; when the buffer is full, the
 * programs drop events and count them as lost, by tracepoint.
 */
export interface ReaderDescriptors {
  readonly ring: number;
  readonly ringSize: number;
  readonly shared: number;
  /** The maximum number of tracepoints in the shared state. */
  readonly capacity: number;
}

/** A small batch: the garbage collector copies the events that are still alive. */
const MAX_PER_BATCH = 256;
const EMPTY_READS_BEFORE_SLEEP = 2;
const MAX_SLEEP_MS = 100;

export class EventReader {
  readonly #ring: RingBuffer;
  readonly #shared: SharedState;
  readonly #readiness: Readiness;
  readonly #clock = new WallClock();
  readonly #threads = new ThreadNames();
  readonly #latencyMs: number;
  readonly #batch: BatchDecoder;
  readonly #layouts: RecordLayout[] = [];
  #counters: readonly LossCounters[] = [];
  #lost = 0;
  #interrupted = false;
  #finishing = false;
  #closed = false;

  /** @param latencyMs time between two reads while events come */
  constructor(descriptors: ReaderDescriptors, latencyMs: number) {
    this.#ring = new RingBuffer(descriptors.ring, descriptors.ringSize);
    this.#shared = new SharedState(descriptors.shared, descriptors.capacity);
    this.#readiness = new Readiness(descriptors.ring);
    const memory = new RecordMemory(this.#ring.data, this.#clock, this.#threads);
    this.#batch = new BatchDecoder(memory, descriptors.capacity, MAX_PER_BATCH);
    this.#latencyMs = latencyMs;
  }

  /** Adds layouts whose records this reader can decode. */
  add(layouts: readonly RecordLayout[]): void {
    for (const layout of layouts) {
      this.#layouts[layout.id] = layout;
      this.#batch.add(layout);
    }
  }

  /**
   * Delivers events in their order, in batches, until `finish`. A batch is empty after `interrupt`, and when no record
   * of it meets the query.
   */
  async *batches(): AsyncGenerator<RawEvent[]> {
    let emptyReads = 0;
    while (!this.#closed) {
      const { events, records } = this.#read();
      if (records === 0 && this.#finishing) return;
      if (records > 0 || this.#interrupted) {
        this.#interrupted = false;
        emptyReads = 0;
        yield events;
        // Leaves time for signals and messages even when the ring buffer is never empty.
        await (records < MAX_PER_BATCH ? sleep(this.#latencyMs) : turn());
      } else if (++emptyReads <= EMPTY_READS_BEFORE_SLEEP) {
        this.#shared.sleep();
        await sleep(this.#latencyMs);
      } else {
        this.#shared.sleep();
        await this.#readiness.wait(MAX_SLEEP_MS);
      }
    }
  }

  /** Counters by tracepoint, added over the layouts that it had in this session. */
  tallies(): Map<string, LossCounters> {
    this.#countLosses();
    const byName = new Map<string, LossCounters>();
    for (const [id, { name }] of this.#layouts.entries()) {
      const tally = this.#counters[id]!;
      const sum = byName.get(name);
      byName.set(name, sum === undefined ? { ...tally } : added(sum, tally));
    }
    return byName;
  }

  /** Events lost of all tracepoints; cheaper than `tallies`. */
  lost(): number {
    if (!this.#closed) this.#lost = this.#shared.totalLost(this.#layouts.length);
    return this.#lost;
  }

  /** Makes `batches` deliver the next batch at once, even an empty one. */
  interrupt(): void {
    this.#interrupted = true;
    this.#readiness.wake();
  }

  /** Makes `batches` end when the ring buffer is empty. Call it after detaching. */
  finish(): void {
    this.#finishing = true;
    this.#readiness.wake();
  }

  /** Frees all resources; `tallies` still works. */
  close(): void {
    if (this.#closed) return;
    this.#countLosses();
    this.lost();
    this.#closed = true;
    this.#shared.wake();
    this.#readiness.close();
    this.#ring.close();
    this.#shared.close();
  }

  /** By layout: what was decoded, and what programs counted. */
  #countLosses(): void {
    if (this.#closed) return;
    this.#counters = this.#batch.tallies.map((tally, id) => ({
      ...tally,
      lost: this.#shared.lost(id),
      omitted: this.#shared.omitted(id),
      undecided: tally.undecided + this.#shared.undecided(id),
    }));
  }

  /** Reads up to MAX_PER_BATCH records and decodes those that meet the query. */
  #read(): { readonly events: RawEvent[]; readonly records: number } {
    this.#clock.refresh();
    this.#threads.refresh();
    let events: RawEvent[] = [];
    let records = 0;
    this.#batch.begin();
    this.#ring.drain(
      MAX_PER_BATCH,
      (at, length) => {
        const isTaken = this.#batch.take(at, length);
        if (isTaken) records++;
        return isTaken;
      },
      () => {
        events = this.#batch.finish();
      },
    );
    return { events, records };
  }
}
