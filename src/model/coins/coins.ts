import type { RawEvent } from "../../event/event.ts";
import type { Fold } from "../fold.ts";
import type { History } from "../history.ts";
import { COIN_TRACEPOINTS, type CoinChange, CoinChanges, type CoinTotal } from "./changes.ts";
import { type Flush, Flushes } from "./flushes.ts";

export interface CoinsView {
  /** Coins and their value in sat, since tracing began. */
  readonly changes: Readonly<Record<CoinChange, { count: number; value: number; rate: number }>>;
  readonly flushed: number;
  /** Most often first. */
  readonly modes: readonly FlushModeView[];
  /** Newest first. */
  readonly flushes: readonly Flush[];
}

/** Flushes of a mode since tracing began. */
export interface FlushModeView {
  readonly mode: string;
  readonly count: number;
  /** In ms, of the last few hundred; null when none is known. */
  readonly median: number | null;
  readonly longest: number | null;
}

/** Changes and flushes of the node's coin caches, for the dashboard. */
export class Coins implements Fold {
  readonly tracepoints = [...COIN_TRACEPOINTS, "utxocache:flush"];
  readonly changes: CoinChanges;
  readonly flushes = new Flushes();
  readonly #history: History;

  constructor(history: History) {
    this.#history = history;
    this.changes = new CoinChanges(history);
  }

  see(event: RawEvent): void {
    if (event.tracepoint === "utxocache:flush") this.flushes.take(event);
    else this.changes.take(event);
  }

  view(): CoinsView {
    const view = ({ column, value }: CoinTotal) => ({
      count: column.total,
      value: Number(value.value),
      rate: this.#history.rate(column),
    });
    const { add, spent, uncache } = this.changes.totals;
    return {
      changes: { add: view(add), spent: view(spent), uncache: view(uncache) },
      flushed: this.flushes.count,
      modes: this.flushes.modes
        .map((mode, { count, median, longest }) => ({ mode, count, median, longest }))
        .sort((a, b) => b.count - a.count),
      flushes: this.flushes.recent,
    };
  }
}
