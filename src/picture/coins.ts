import type { RawEvent } from "../tracer/decoder.ts";
import type { Column, History } from "./history.ts";
import { durationOf, flagOf, numberOf } from "./values.ts";

/** The cache was written to disk. */
export interface Flush {
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
  /** Newest first. */
  readonly flushes: readonly Flush[];
}

export const COIN_CHANGES = ["add", "spent", "uncache"] as const;
export type CoinChange = (typeof COIN_CHANGES)[number];

const MOST_FLUSHES = 40;

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
    this.#flushed++;
    this.#flushes.unshift({
      time: event.time,
      duration: durationOf(event),
      mode: String(event.mode ?? ""),
      coins: numberOf(event, "coins"),
      memory: numberOf(event, "memory"),
      forPrune: flagOf(event, "for_prune"),
    });
    if (this.#flushes.length > MOST_FLUSHES) this.#flushes.pop();
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
      flushes: this.#flushes,
    };
  }
}
