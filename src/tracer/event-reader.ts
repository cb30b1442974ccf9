import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import { RingBuffer } from "../bpf/ring-buffer.ts";
import { CorelensError } from "../errors.ts";
import type { RawEvent } from "../event/event.ts";
import { added, type LossCounters, NOTHING } from "../event/loss.ts";
import { WallClock } from "../kernel/clock.ts";
import { Readiness } from "../kernel/readiness.ts";
import { ThreadNames } from "../kernel/thread-names.ts";
import { compileDecoder, type Decoder } from "./decoder.ts";
import { compileRecordFilter, type RecordFilter } from "./record-filter.ts";
import { HEADER, type RecordLayout } from "./record-layout.ts";
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
/** Takes an event's place in a batch until the record is decoded. */
const PENDING: RawEvent = {
  tracepoint: "",
  time: 0,
  ktime: 0,
  tid: 0,
  thread: null,
  cpu: 0,
  pid: 0,
};

export class EventReader {
  readonly #ring: RingBuffer;
  readonly #shared: SharedState;
  readonly #readiness: Readiness;
  readonly #memory: RecordMemory;
  readonly #clock = new WallClock();
  readonly #threads = new ThreadNames();
  readonly #capacity: number;
  readonly #latencyMs: number;
  readonly #decoders: Decoder[] = [];
  readonly #filters: (RecordFilter | null)[] = [];
  readonly #layouts: RecordLayout[] = [];
  readonly #tallies: LossCounters[] = [];
  /** The offsets of the hashes in a record, by layout. */
  readonly #hashes: (readonly number[])[] = [];
  /** The batch's records with hashes, which are decoded together: layout, offset, and index among the events. */
  readonly #waiting = { id: batchNumbers(), at: batchNumbers(), place: batchNumbers(), count: 0 };
  /** Records that this reader could not decide on, by layout. */
  readonly #undecided: number[] = [];
  #lost = 0;
  #interrupted = false;
  #finishing = false;
  #closed = false;

  /** @param latencyMs time between two reads while events come */
  constructor(descriptors: ReaderDescriptors, latencyMs: number) {
    this.#ring = new RingBuffer(descriptors.ring, descriptors.ringSize);
    this.#shared = new SharedState(descriptors.shared, descriptors.capacity);
    this.#readiness = new Readiness(descriptors.ring);
    this.#memory = new RecordMemory(this.#ring.data, this.#clock, this.#threads);
    this.#capacity = descriptors.capacity;
    this.#latencyMs = latencyMs;
  }

  /** Adds layouts whose records this reader can decode. */
  add(layouts: readonly RecordLayout[]): void {
    for (const layout of layouts) {
      this.#layouts[layout.id] = layout;
      this.#decoders[layout.id] = compileDecoder(layout, this.#memory);
      this.#filters[layout.id] = compileRecordFilter(layout, this.#memory);
      this.#hashes[layout.id] = layout.slots.flatMap(({ field, offset, hidden }) =>
        field.type === "hash" && !hidden ? offset : [],
      );
      this.#tallies[layout.id] = { ...NOTHING };
      this.#undecided[layout.id] = 0;
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
      const tally = this.#tallies[id]!;
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

  #countLosses(): void {
    if (this.#closed) return;
    for (const [id, tally] of this.#tallies.entries()) {
      tally.lost = this.#shared.lost(id);
      tally.omitted = this.#shared.omitted(id);
      tally.undecided = this.#undecided[id]! + this.#shared.undecided(id);
    }
  }

  /** Reads up to MAX_PER_BATCH records and decodes those that meet the query. */
  #read(): { readonly events: RawEvent[]; readonly records: number } {
    this.#clock.refresh();
    this.#threads.refresh();
    const events: RawEvent[] = [];
    let records = 0;
    this.#waiting.count = 0;
    this.#memory.hashes.clear();
    this.#ring.drain(
      MAX_PER_BATCH,
      (at, length) => {
        const taken = this.#take(at, length, events);
        if (taken) records++;
        return taken;
      },
      () => this.#decodeWaiting(events),
    );
    return { events, records };
  }

  /** Returns false when the record's layout has not been added yet: this record and later ones stay in the buffer. */
  #take(at: number, length: number, events: RawEvent[]): boolean {
    const id = length < HEADER.size ? -1 : this.#memory.uint16(at + HEADER.id);
    const layout = this.#layouts[id];
    const tally = this.#tallies[id];
    if (!layout || !tally) {
      if (id >= 0 && id < this.#capacity) return false;
      throw new CorelensError("RECORD_CORRUPT", `a record of ${length} bytes names layout ${id}`);
    }
    if (length < layout.size) {
      throw new CorelensError("RECORD_CORRUPT", `a record of ${layout.name} has ${length} bytes`);
    }
    const filter = this.#filters[id];
    const passes = filter === null || filter === undefined || filter(at);
    if (passes === null) this.#undecided[id]!++;
    if (!passes) return true;
    tally.delivered++;
    const masks = this.#memory.uint32(at + HEADER.truncated);
    if (masks !== 0) {
      if ((masks & 0xffff) !== 0) tally.truncated++;
      if (masks >>> 16 !== 0) tally.unreadable++;
    }
    const hashes = this.#hashes[id]!;
    if (hashes.length === 0) {
      events.push(this.#decoders[id]!(at));
      return true;
    }
    for (const offset of hashes) this.#memory.hashes.announce(at + offset);
    const waiting = this.#waiting;
    waiting.id[waiting.count] = id;
    waiting.at[waiting.count] = at;
    waiting.place[waiting.count++] = events.push(PENDING) - 1;
    return true;
  }

  #decodeWaiting(events: RawEvent[]): void {
    const { id, at, place, count } = this.#waiting;
    for (let i = 0; i < count; i++) events[place[i]!] = this.#decoders[id[i]!]!(at[i]!);
  }
}

function batchNumbers(): Int32Array {
  return new Int32Array(MAX_PER_BATCH);
}
