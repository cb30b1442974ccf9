import type { RawEvent } from "../../../event/event.ts";
import { RecentMap } from "../../../util/recent-map.ts";
import { EQUIVALENT_EVENTS, type EquivalentEvent } from "./equivalent-events.ts";

export type SourceName = "usdt" | "ipc";

/** What became of an event's search for its other view. */
export type MatchResult<Held> =
  /** The other view is held; both are now matched. */
  | { readonly with: Held }
  /** The other view was shown already. */
  | "late"
  /** There was none so far. */
  | null;

/** The oldest first. */
interface Waiting<Held> {
  readonly source: SourceName;
  readonly held: Held[];
}

/** Views of one key that were shown alone. */
interface Shown {
  readonly source: SourceName;
  readonly count: number;
  /** When the last of them happened. */
  readonly at: number;
}

/**
 * Finds the two views of one thing: the same kind, node and hashes. What happens twice, as a transaction that comes,
 * goes and comes again, is matched in order.
 *
 * What is under one key is of one source only: two of different sources would have been matched. Memory is bounded:
 * by who holds events, and by the keys of those that were shown alone last.
 */
export class Matcher<Held> {
  readonly #twins = new Map<
    string,
    { readonly tracepoint: string; readonly by: EquivalentEvent["by"] }
  >();
  readonly #waiting = new Map<string, Waiting<Held>>();
  readonly #shown: RecentMap<string, Shown>;
  readonly #windowNs: number;

  /**
   * @param kinds names of the events that IPC tells of
   * @param windowNs how far apart two views can be; what was shown alone is forgotten after that
   * @param minShown so many of these are remembered in any case, and at most twice as many
   */
  constructor(kinds: readonly string[], windowNs: number, minShown: number) {
    for (const [tracepoint, { ipc, by }] of Object.entries(EQUIVALENT_EVENTS)) {
      if (!kinds.includes(ipc)) continue;
      this.#twins.set(tracepoint, { tracepoint, by });
      this.#twins.set(ipc, { tracepoint, by });
    }
    this.#windowNs = windowNs;
    this.#shown = new RecentMap(minShown);
  }

  /** What two views of one thing have in common; null for what has no other view. */
  keyOf(event: RawEvent): string | null {
    const twin = this.#twins.get(event.tracepoint);
    if (!twin) return null;
    let key = `${twin.tracepoint} ${event.pid}`;
    for (const name of twin.by) {
      const value = event[name] ?? null;
      // What could not be read is equal to nothing.
      if (value === null) return null;
      key += ` ${value}`;
    }
    return key;
  }

  /** @param at when it happened, in nanoseconds */
  meet(key: string, source: SourceName, at: number): MatchResult<Held> {
    const waiting = this.#waiting.get(key);
    if (waiting && waiting.source !== source) {
      const held = waiting.held.shift()!;
      if (waiting.held.length === 0) this.#waiting.delete(key);
      return { with: held };
    }
    const shown = this.#shown.get(key);
    if (!shown || shown.source === source) return null;
    this.#shown.delete(key);
    if (Math.abs(at - shown.at) > this.#windowNs) return null;
    if (shown.count > 1) this.#shown.set(key, { ...shown, count: shown.count - 1 });
    return "late";
  }

  /** Keeps a view that met none for the other one. */
  hold(key: string, source: SourceName, held: Held): void {
    const waiting = this.#waiting.get(key);
    if (waiting) waiting.held.push(held);
    else this.#waiting.set(key, { source, held: [held] });
  }

  /** A view that was held is shown alone: its time is over. */
  show(key: string, source: SourceName, held: Held, at: number): void {
    const waiting = this.#waiting.get(key)!;
    waiting.held.splice(waiting.held.indexOf(held), 1);
    if (waiting.held.length === 0) this.#waiting.delete(key);
    const shown = this.#shown.get(key);
    const count = shown?.source === source && at - shown.at <= this.#windowNs ? shown.count : 0;
    this.#shown.set(key, { source, count: count + 1, at });
  }
}
