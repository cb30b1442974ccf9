import type { RawEvent } from "../../event/event.ts";
import type { Notice, UnpairedNotice } from "../../event/notice.ts";
import { exactNumber } from "../../util/exact-number.ts";
import { RecentMap } from "../../util/recent-map.ts";

/** How many events wait for their end, at least; and how many that had one wait for further ends. */
export const MIN_REMEMBERED = 50_000;

/** A beginning, with what the caller keeps of it. */
interface Begun<Kept> {
  readonly ktime: number | bigint;
  readonly kept: Kept;
  /** The number of its ends so far. */
  ends: number;
}

/** The time from an event to a later one. */
export interface Interval<Kept> {
  readonly kept: Kept;
  /** By the kernel's clock. */
  readonly duration_ns: number | bigint;
  /** 1 for the first end after the beginning. */
  readonly nth: number;
}

type Tally = Omit<UnpairedNotice, "tracepoint" | "time" | "from_tracepoint" | "to_tracepoint">;

/**
 * Pairs each end with the latest beginning that has the same id. A beginning can have several ends.
 *
 *     beginnings   A₁      A₂              A₃          A₁ has no end: it was repeated
 *     ends      B₁             B₂   B₃                 B₁ has no beginning; A₂B₂ is an interval, A₂B₃ another
 *
 * After a gap in the stream, the latest known beginning need not be the latest: all are dropped.
 */
export class Pairing<Kept> {
  /** Beginnings without an end. */
  readonly #open = new RecentMap<string, Begun<Kept>>(MIN_REMEMBERED);
  /** Beginnings with an end. They are apart so that they push none out that still has to be counted. */
  readonly #ended = new RecentMap<string, Begun<Kept>>(MIN_REMEMBERED);
  /** Whether some events are left out on purpose: no pair is certain then. */
  #isLimited = false;
  readonly #tally = { begun: 0, repeated: 0, dropped: 0, unbegun: 0 };

  /** @param id null if the event has none that could be read: it has no pair */
  begin(id: string | null, { ktime }: RawEvent, kept: Kept): void {
    this.#tally.begun++;
    if (id === null || this.#isLimited) {
      this.#tally.dropped++;
      return;
    }
    if (this.#open.take(id) !== undefined) this.#tally.repeated++;
    this.#ended.delete(id);
    this.#open.set(id, { ktime, kept, ends: 0 });
  }

  /** @returns the interval that ends with the event; null without a beginning */
  end(id: string | null, { ktime }: RawEvent): Interval<Kept> | null {
    const begun = id === null ? undefined : (this.#open.get(id) ?? this.#ended.get(id));
    // A recording can hold any times.
    if (begun === undefined || ktime < begun.ktime) {
      this.#tally.unbegun++;
      return null;
    }
    if (begun.ends === 0) {
      this.#open.delete(id!);
      this.#ended.set(id!, begun);
    }
    begun.ends++;
    const duration = BigInt(ktime) - BigInt(begun.ktime);
    return { kept: begun.kept, duration_ns: exactNumber(duration) ?? duration, nth: begun.ends };
  }

  /** Takes a notice of a stream that has notices of losses for the paired tracepoints only. */
  addNotice(notice: Notice): void {
    if (notice.tracepoint === "corelens:limited")
      this.#isLimited = notice.sample !== null || notice.rate !== null;
    if (HARMLESS.has(notice.tracepoint)) return;
    this.#tally.dropped += this.#open.size;
    this.#open.clear();
    this.#ended.clear();
  }

  /** The events without a pair so far. */
  get tally(): Tally {
    return { ...this.#tally, unended: this.#open.size, forgotten: this.#open.forgotten };
  }
}

/** Notices that say nothing about missing events. */
const HARMLESS: ReadonlySet<Notice["tracepoint"]> = new Set<Notice["tracepoint"]>([
  "corelens:error",
  "corelens:unreadable",
  "corelens:unpaired",
]);
