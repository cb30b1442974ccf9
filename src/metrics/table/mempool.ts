import type { Label } from "../label.ts";
import { REJECTION_REASON, REMOVAL_REASON } from "../labels.ts";
import type { EventMetric } from "../metric.ts";
import { secondsSince } from "./connections.ts";

const FEE_RATES = [0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000];
const STAYS = [1, 10, 60, 600, 1800, 3600, 6 * 3600, 86_400, 3 * 86_400, 14 * 86_400];

const REPLACEMENT: Label = {
  name: "by",
  meaning: "what took its place; transaction also before v29, which has no packages",
  values: ["transaction", "package"],
};

export const MEMPOOL_METRICS: readonly EventMetric[] = [
  {
    name: "corelens_mempool_added_total",
    type: "counter",
    help: "Transactions that entered the mempool.",
    labels: [],
    from: "events",
    on: ["mempool:added"],
    see: (_, take) => take(1),
  },
  {
    name: "corelens_mempool_added_vbytes_total",
    type: "counter",
    help: "Virtual size of the transactions that entered the mempool.",
    labels: [],
    from: "events",
    on: ["mempool:added"],
    see: ({ vsize }, take) => take(vsize),
  },
  {
    name: "corelens_mempool_added_fees_satoshis_total",
    type: "counter",
    help: "Fees of the transactions that entered the mempool.",
    labels: [],
    from: "events",
    on: ["mempool:added"],
    see: ({ fee }, take) => take(fee),
  },
  {
    name: "corelens_mempool_added_fee_rate_satoshis_per_vbyte",
    type: "histogram",
    help: "Fee rates of the transactions that entered the mempool.",
    labels: [],
    buckets: FEE_RATES,
    from: "events",
    on: ["mempool:added"],
    see: ({ fee, vsize }, take) => take(rateOf(fee, vsize)),
  },
  {
    name: "corelens_mempool_removed_total",
    type: "counter",
    help: "Transactions that left the mempool.",
    labels: [REMOVAL_REASON],
    from: "events",
    on: ["mempool:removed"],
    see: ({ reason }, take) => take(1, reason),
  },
  {
    name: "corelens_mempool_removed_vbytes_total",
    type: "counter",
    help: "Virtual size of the transactions that left the mempool.",
    labels: [REMOVAL_REASON],
    from: "events",
    on: ["mempool:removed"],
    see: ({ reason, vsize }, take) => take(vsize, reason),
  },
  {
    name: "corelens_mempool_stay_seconds",
    type: "histogram",
    help: "How long transactions were in the mempool that left it.",
    labels: [REMOVAL_REASON],
    buckets: STAYS,
    from: "events",
    on: ["mempool:removed"],
    see: ({ reason, time, entry_time }, take) => take(secondsSince(entry_time, time), reason),
  },
  {
    name: "corelens_mempool_replaced_total",
    type: "counter",
    help: "Transactions that were replaced, descendants of the conflicting one included.",
    labels: [REPLACEMENT],
    from: "events",
    on: ["mempool:replaced"],
    see: ({ replacement_is_txid }, take) =>
      take(1, replacement_is_txid === false ? "package" : "transaction"),
  },
  {
    name: "corelens_mempool_replaced_vbytes_total",
    type: "counter",
    help: "Virtual size of the transactions that were replaced.",
    labels: [],
    from: "events",
    on: ["mempool:replaced"],
    see: ({ replaced_vsize }, take) => take(replaced_vsize),
  },
  {
    name: "corelens_mempool_replaced_fees_satoshis_total",
    type: "counter",
    help: "Fees of the transactions that were replaced.",
    labels: [],
    from: "events",
    on: ["mempool:replaced"],
    see: ({ replaced_fee }, take) => take(replaced_fee),
  },
  {
    name: "corelens_mempool_rejected_total",
    type: "counter",
    help: "Transactions that were refused entry to the mempool.",
    labels: [REJECTION_REASON],
    from: "events",
    on: ["mempool:rejected"],
    see: ({ reason }, take) => take(1, reason),
  },
];

/** In sat/vB. */
function rateOf(fee: unknown, vsize: unknown): number | null {
  return fee === null || vsize === null ? null : Number(fee) / Number(vsize);
}
