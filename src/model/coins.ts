import type { RawEvent } from "../event/event.ts";
import { BoundedMap } from "../util/bounded-map.ts";
import { Samples } from "../util/samples.ts";
import type { Column, History } from "./history.ts";
import { durationOf, flagOf, numberOf } from "./values.ts";

/** The cache was written to disk. */
export interface Flush {
  /** Its place among all since tracing began, from 1 on. */
  readonly number: number;
  readonly time: number;
  /** In ms. */
  readonly duration: number | null;
  readonly mode: string;
  readonly coins: number | null;
  /** In bytes. */
  readonly memory: number | null;
  readonly forPrune: boolean | null;
}

export interface CoinsView {
  /** Events and the value in sat of the coins they are about, since tracing began. */
  readonly changes: Readonly<Record<CoinChange, { count: number; value: number; rate: number }>>;
  readonly flushed: number;
  /** Most often first. */
  readonly modes: readonly FlushMode[];
  /** Newest first. */
  readonly flushes: readonly Flush[];
}

/** Flushes of a mode since tracing began. */
export interface FlushMode {
  readonly mode: string;
  readonly count: number;
  /** In ms, of the last few hundred; null when none told. */
  readonly median: number | null;
  readonly longest: number | null;
}

export const COIN_CHANGES = ["add", "spent", "uncache"] as const;
export type CoinChange = (typeof COIN_CHANGES)[number];

const MAX_FLUSHES = 120;
/** Core has five. */
const MAX_MODES = 8;
const MAX_DURATIONS = 200;

class ModeCounter {
  count = 0;
  longest: number | null = null;
  readonly durations = new Samples(MAX_DURATIONS);

  add(duration: number | null): void {
    this.count++;
    if (duration === null) return;
    this.durations.add(duration);
    this.longest = Math.max(this.longest ?? 0, duration);
  }
}

class ChangeCounter {
  count = 0;
  value = 0;
  readonly column: Column;

  constructor(column: Column) {
    this.column = column;
  }
}

/** Coins in the node's caches, temporary ones included: what these events amount to is not the UTXO set. */
export class Coins {
  readonly #history: History;
  readonly #changes: Record<CoinChange, ChangeCounter>;
  readonly #flushes: Flush[] = [];
  readonly #modes = new BoundedMap(MAX_MODES, () => new ModeCounter());
  #flushed = 0;

  constructor(history: History) {
    this.#history = history;
    const counter = (change: CoinChange) => new ChangeCounter(history.column(`coins.${change}`));
    this.#changes = { add: counter("add"), spent: counter("spent"), uncache: counter("uncache") };
  }

  changed(change: CoinChange, event: RawEvent): void {
    const counter = this.#changes[change];
    counter.count++;
    counter.value += numberOf(event, "value") ?? 0;
    counter.column.add(1);
  }

  flushed(event: RawEvent): void {
    const mode = String(event.mode ?? "not told");
    const duration = durationOf(event);
    this.#flushed++;
    this.#modes.get(mode).add(duration);
    this.#flushes.unshift({
      number: this.#flushed,
      time: event.time,
      duration,
      mode,
      coins: numberOf(event, "coins"),
      memory: numberOf(event, "memory"),
      forPrune: flagOf(event, "for_prune"),
    });
    if (this.#flushes.length > MAX_FLUSHES) this.#flushes.pop();
  }

  get lastFlush(): Flush | null {
    return this.#flushes[0] ?? null;
  }

  view(): CoinsView {
    const view = ({ count, value, column }: ChangeCounter) => ({
      count,
      value,
      rate: this.#history.rate(column),
    });
    const { add, spent, uncache } = this.#changes;
    return {
      changes: { add: view(add), spent: view(spent), uncache: view(uncache) },
      flushed: this.#flushed,
      modes: this.#modes
        .map((mode, { count, durations, longest }) => ({
          mode,
          count,
          median: durations.median,
          longest,
        }))
        .sort((a, b) => b.count - a.count),
      flushes: this.#flushes,
    };
  }
}
