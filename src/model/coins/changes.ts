import type { RawEvent } from "../../event/event.ts";
import { ExactSum } from "../../util/exact-sum.ts";
import type { Column, History } from "../history.ts";

export const COIN_CHANGES = ["add", "spent", "uncache"] as const;
export type CoinChange = (typeof COIN_CHANGES)[number];

/** The tracepoints of changes; `corelens utxos` traces them. */
export const COIN_TRACEPOINTS = ["utxocache:add", "utxocache:spent", "utxocache:uncache"] as const;

export interface CoinTotal {
  readonly column: Column;
  /** Of all coins, in sat. */
  readonly value: ExactSum;
}

/** Coins that were added to, spent from and dropped from the node's caches. Temporary caches count as well. */
export class CoinChanges {
  readonly totals: Readonly<Record<CoinChange, CoinTotal>>;

  constructor(history: History) {
    const total = (change: CoinChange): CoinTotal => ({
      column: history.column(`coins.${change}`),
      value: new ExactSum(),
    });
    this.totals = { add: total("add"), spent: total("spent"), uncache: total("uncache") };
  }

  take({ tracepoint, value }: RawEvent): void {
    const total = this.totals[tracepoint.slice("utxocache:".length) as CoinChange];
    total.column.add(1);
    if (typeof value === "number" || typeof value === "bigint") total.value.add(value);
  }
}
