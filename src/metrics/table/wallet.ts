import type { Label } from "../label.ts";
import { ALGORITHM, SUCCESS } from "../labels.ts";
import type { ModelMetric } from "../metric.ts";

const ATTEMPT: Label = {
  name: "attempt",
  meaning:
    "aps (avoid partial spends) spends all coins of an address together, so that later spends cannot link addresses",
  values: ["normal", "aps"],
};

const selections = {
  labels: [ALGORITHM],
  from: "model",
  on: ["coin_selection:selected_coins"],
} as const;

const ends = {
  from: "model",
  on: ["coin_selection:normal_create_tx_internal", "coin_selection:aps_create_tx_internal"],
} as const;

export const WALLET_METRICS: readonly ModelMetric[] = [
  {
    ...selections,
    name: "corelens_coin_selections_total",
    type: "counter",
    help: "Coin selections by wallets.",
    read: ({ attempts }, take) =>
      attempts.algorithms.each((algorithm, { column }) => take(column.total, algorithm)),
  },
  {
    ...selections,
    name: "corelens_coin_selection_target_satoshis_total",
    type: "counter",
    help: "Target values of the coin selections.",
    read: ({ attempts }, take) =>
      attempts.algorithms.each((algorithm, { target }) => take(target, algorithm)),
  },
  {
    ...selections,
    name: "corelens_coin_selection_selected_satoshis_total",
    type: "counter",
    help: "Values of the selected coins.",
    read: ({ attempts }, take) =>
      attempts.algorithms.each((algorithm, { selected }) => take(selected, algorithm)),
  },
  {
    ...ends,
    name: "corelens_wallet_transactions_total",
    type: "counter",
    help: "Wallets' attempts to create transactions.",
    labels: [ATTEMPT, SUCCESS],
    read: ({ attempts }, take) =>
      attempts.wallets.each((_, { made, failed, second, secondMade }) => {
        take(made, "normal", true);
        take(failed, "normal", false);
        take(secondMade, "aps", true);
        take(second - secondMade, "aps", false);
      }),
  },
  {
    ...ends,
    name: "corelens_wallet_transaction_fees_satoshis_total",
    type: "counter",
    help: "Fees of the transactions that wallets created.",
    labels: [ATTEMPT],
    read: ({ attempts }, take) =>
      attempts.wallets.each((_, { firstFees, secondFees }) => {
        take(firstFees, "normal");
        take(secondFees, "aps");
      }),
  },
];
