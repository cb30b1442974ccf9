import type { Label } from "../label.ts";
import { ALGORITHM, SUCCESS } from "../labels.ts";
import type { EventMetric } from "../metric.ts";

const ATTEMPT: Label = {
  name: "attempt",
  meaning: "aps spends coins of an address together, so that they do not link addresses later",
  values: ["normal", "aps"],
};

export const WALLET_METRICS: readonly EventMetric[] = [
  {
    name: "corelens_coin_selections_total",
    type: "counter",
    help: "Selections of coins by wallets.",
    labels: [ALGORITHM],
    from: "events",
    on: ["coin_selection:selected_coins"],
    see: ({ algorithm }, take) => take(1, algorithm),
  },
  {
    name: "corelens_coin_selection_target_satoshis_total",
    type: "counter",
    help: "Values that selections had to reach.",
    labels: [ALGORITHM],
    from: "events",
    on: ["coin_selection:selected_coins"],
    see: ({ algorithm, target }, take) => take(target, algorithm),
  },
  {
    name: "corelens_coin_selection_selected_satoshis_total",
    type: "counter",
    help: "Values of the coins that were selected.",
    labels: [ALGORITHM],
    from: "events",
    on: ["coin_selection:selected_coins"],
    see: ({ algorithm, selected_value }, take) => take(selected_value, algorithm),
  },
  {
    name: "corelens_wallet_transactions_total",
    type: "counter",
    help: "Transactions that wallets tried to make.",
    labels: [ATTEMPT, SUCCESS],
    from: "events",
    on: ["coin_selection:normal_create_tx_internal", "coin_selection:aps_create_tx_internal"],
    see: ({ tracepoint, success }, take) => take(1, attemptOf(tracepoint), success),
  },
  {
    name: "corelens_wallet_transaction_fees_satoshis_total",
    type: "counter",
    help: "Fees of the transactions that wallets made.",
    labels: [ATTEMPT],
    from: "events",
    on: ["coin_selection:normal_create_tx_internal", "coin_selection:aps_create_tx_internal"],
    see: ({ tracepoint, fee }, take) => take(fee, attemptOf(tracepoint)),
  },
];

const attemptOf = (tracepoint: string): string =>
  tracepoint === "coin_selection:aps_create_tx_internal" ? "aps" : "normal";
