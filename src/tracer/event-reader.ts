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
 * The unprivileged half of a session: from the shared ring buffer to events.
 *
 * Waking a sleeping reader costs the traced process more than everything else that tracing does, so it is
 * done as network drivers do it. While events come, nobody wakes anybody: the reader looks again after
 * `latency`. Only after it found nothing twice does it say that it sleeps, and the next event wakes it.
 * An event that is being written just as the reader falls asleep may not see that word; a slow timer finds it.
 *
 * Reading is pulled: a consumer that is slow leaves events in the ring buffer, and what does not fit there
 * any more is counted by the programs as lost, per tracepoint.
 */
export interface ReaderDescriptors {
  readonly ring: number;
  readonly ringSize: number;
  readonly shared: number;
  /** Tracepoints that the shared state has room for. */
  readonly capacity: number;
}

/** Few enough that the events of a batch cost little where the garbage collector finds them alive. */
const MAX_PER_BATCH = 256;
const EMPTY_LOOKS_BEFORE_SLEEP = 2;
const LONGEST_SLEEP_MS = 100;
/** Stands for an event until its record is decoded. */
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
  /** Where in a record of each layout its hashes lie. */
  readonly #hashes: (readonly number[])[] = [];
  /** Records of a batch with hashes, which are decoded together: their layouts, offsets and places among the events. */
  readonly #waiting = { id: batchNumbers(), at: batchNumbers(), place: batchNumbers(), count: 0 };
  /** Records that this reader could not decide on. */
  readonly #undecided: number[] = [];
  #lost = 0;
  #interrupted = false;
  #finishing = false;
  #closed = false;

  /** @param latencyMs how long an event may wait for others while events come steadily */
  constructor(descriptors: ReaderDescriptors, latencyMs: number) {
    this.#ring = new RingBuffer(descriptors.ring, descriptors.ringSize);
    this.#shared = new SharedState(descriptors.shared, descriptors.capacity);
    this.#readiness = new Readiness(descriptors.ring);
    this.#memory = new RecordMemory(this.#ring.data, this.#clock, this.#threads);
    this.#capacity = descriptors.capacity;
    this.#latencyMs = latencyMs;
  }

  /** Makes records of these layouts known. */
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
   * Events in the order in which they happened, as many at a time as are there, until `finish`. A batch is empty
   * after `interrupt`, and when none of the records passes its conditions.
   */
  async *batches(): AsyncGenerator<RawEvent[]> {
    let emptyLooks = 0;
    while (!this.#closed) {
      const { events, records } = this.#read();
      if (records === 0 && this.#finishing) return;
      if (records > 0 || this.#interrupted) {
        this.#interrupted = false;
        emptyLooks = 0;
        yield events;
        // Signals and messages have their turn also while there is always more to read.
        await (records < MAX_PER_BATCH ? sleep(this.#latencyMs) : turn());
      } else if (++emptyLooks <= EMPTY_LOOKS_BEFORE_SLEEP) {
        this.#shared.sleep();
        await sleep(this.#latencyMs);
      } else {
        this.#shared.sleep();
        await this.#readiness.wait(LONGEST_SLEEP_MS);
      }
    }
  }

  /** By tracepoint, summed over the layouts it had in this session. */
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

  /** Events lost so far, of all tracepoints; cheaper than `tallies`. */
  lost(): number {
    if (!this.#closed) this.#lost = this.#shared.lostTogether(this.#layouts.length);
    return this.#lost;
  }

  /** Lets the next batch come at once, even without events. */
  interrupt(): void {
    this.#interrupted = true;
    this.#readiness.wake();
  }

  /** Lets `batches` end once the ring buffer is empty; to be called after detaching. */
  finish(): void {
    this.#finishing = true;
    this.#readiness.wake();
  }

  /** Frees everything; `tallies` stays what it was. */
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

  /** The events of as many records as are there, most of which may not be asked for. */
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

  /** False for a record whose layout was not told yet: it waits for that, and later ones wait behind it. */
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
