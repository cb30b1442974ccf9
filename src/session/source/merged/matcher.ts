import type { RawEvent } from "../../../event/event.ts";
import { RecentMap } from "../../../util/recent-map.ts";
import { EQUIVALENT_EVENTS, type EquivalentEvent } from "./equivalent-events.ts";

export type SourceName = "usdt" | "ipc";

/** The result of searching an event's counterpart in the other source. */
export type MatchResult<Pending> =
  /** The pending counterpart; both are now matched. */
  | { readonly with: Pending }
  /** The counterpart was already released. */
  | "late"
  /** No counterpart so far. */
  | null;

/** Oldest first. */
interface Waiting<Pending> {
  readonly source: SourceName;
  readonly events: Pending[];
}

/** Events with one key that were released without a counterpart. */
interface ReleasedEvents {
  readonly source: SourceName;
  readonly count: number;
  /** Time of the latest. */
  readonly at: number;
}

/**
 * Matches equivalent events of two sources, which have equal kind, process and hashes. Repeated events, such
 * as a transaction that enters the mempool twice, are matched in order.
 *
 * The pending events of one key all come from one source; otherwise they would have been matched. Memory is bounded by
 * the caller's pending events and by the number of remembered keys.
 */
export class Matcher<Pending> {
  readonly #equivalents = new Map<
    string,
    { readonly tracepoint: string; readonly by: EquivalentEvent["by"] }
  >();
  readonly #waiting = new Map<string, Waiting<Pending>>();
  readonly #released: RecentMap<string, ReleasedEvents>;
  readonly #windowNs: number;

  /**
   * @param kinds names of the events from IPC
   * @param windowNs maximum time between two equivalent events
   * @param minRemembered minimum number of released keys to remember; at most twice as many are kept
   */
  constructor(kinds: readonly string[], windowNs: number, minRemembered: number) {
    for (const [tracepoint, { ipc, by }] of Object.entries(EQUIVALENT_EVENTS)) {
      if (!kinds.includes(ipc)) continue;
      this.#equivalents.set(tracepoint, { tracepoint, by });
      this.#equivalents.set(ipc, { tracepoint, by });
    }
    this.#windowNs = windowNs;
    this.#released = new RecentMap(minRemembered);
  }

  /** The key that equivalent events share; null for an event without an equivalent. */
  keyOf(event: RawEvent): string | null {
    const equivalent = this.#equivalents.get(event.tracepoint);
    if (!equivalent) return null;
    let key = `${equivalent.tracepoint} ${event.pid}`;
    for (const name of equivalent.by) {
      const value = event[name] ?? null;
      // An unreadable value equals nothing.
      if (value === null) return null;
      key += ` ${value}`;
    }
    return key;
  }

  /** Takes the pending counterpart. @param at time of the event in nanoseconds */
  match(key: string, source: SourceName, at: number): MatchResult<Pending> {
    const waiting = this.#waiting.get(key);
    if (waiting && waiting.source !== source) {
      const event = waiting.events.shift()!;
      if (waiting.events.length === 0) this.#waiting.delete(key);
      return { with: event };
    }
    const released = this.#released.get(key);
    if (!released || released.source === source) return null;
    this.#released.delete(key);
    if (Math.abs(at - released.at) > this.#windowNs) return null;
    if (released.count > 1) this.#released.set(key, { ...released, count: released.count - 1 });
    return "late";
  }

  /** Keeps an unmatched event for its counterpart. */
  add(key: string, source: SourceName, event: Pending): void {
    const waiting = this.#waiting.get(key);
    if (waiting) waiting.events.push(event);
    else this.#waiting.set(key, { source, events: [event] });
  }

  /** Call it when a pending event is delivered without its counterpart. */
  release(key: string, source: SourceName, event: Pending, at: number): void {
    const waiting = this.#waiting.get(key)!;
    waiting.events.splice(waiting.events.indexOf(event), 1);
    if (waiting.events.length === 0) this.#waiting.delete(key);
    const released = this.#released.get(key);
    const count =
      released?.source === source && at - released.at <= this.#windowNs ? released.count : 0;
    this.#released.set(key, { source, count: count + 1, at });
  }
}
