import { FEERATE_CLASSES } from "../../model/mempool/feerates.ts";
import { RESIDENCE_BOUNDS } from "../../model/mempool/flow.ts";
import type { Label } from "../label.ts";
import { REJECTION_REASON, REMOVAL_REASON } from "../labels.ts";
import type { ModelMetric } from "../metric.ts";

const REPLACED_BY: Label = {
  name: "by",
  meaning: "the kind of replacement; releases before v29 always report transaction",
  values: ["transaction", "package"],
};

const added = { labels: [], from: "model", on: ["mempool:added"] } as const;
const removed = { labels: [REMOVAL_REASON], from: "model", on: ["mempool:removed"] } as const;
const replaced = { labels: [], from: "model", on: ["mempool:replaced"] } as const;

export const MEMPOOL_METRICS: readonly ModelMetric[] = [
  {
    ...added,
    name: "corelens_mempool_added_total",
    type: "counter",
    help: "Transactions added to the mempool.",
    read: ({ mempool }, take) => take(mempool.counts.added.total),
  },
  {
    ...added,
    name: "corelens_mempool_added_vbytes_total",
    type: "counter",
    help: "Virtual size of the transactions added to the mempool.",
    read: ({ mempool }, take) => take(mempool.addedVsize),
  },
  {
    ...added,
    name: "corelens_mempool_added_fees_satoshis_total",
    type: "counter",
    help: "Fees of the transactions added to the mempool.",
    read: ({ mempool }, take) => take(mempool.addedFees),
  },
  {
    ...added,
    name: "corelens_mempool_added_fee_rate_satoshis_per_vbyte",
    type: "histogram",
    help: "Fee rates of the transactions added to the mempool.",
    buckets: FEERATE_CLASSES.slice(1),
    read: ({ mempool }, take) => take(mempool.feerates.distribution()),
  },
  {
    ...removed,
    name: "corelens_mempool_removed_total",
    type: "counter",
    help: "Transactions removed from the mempool.",
    read: ({ mempool }, take) =>
      mempool.removals.each((reason, { column }) => take(column.total, reason)),
  },
  {
    ...removed,
    name: "corelens_mempool_removed_vbytes_total",
    type: "counter",
    help: "Virtual size of the transactions removed from the mempool.",
    read: ({ mempool }, take) => mempool.removals.each((reason, { vsize }) => take(vsize, reason)),
  },
  {
    ...removed,
    name: "corelens_mempool_residence_seconds",
    type: "histogram",
    help: "Time that transactions spent in the mempool before their removal.",
    buckets: RESIDENCE_BOUNDS,
    read: ({ mempool }, take) =>
      mempool.removals.each((reason, { residence }) => take(residence, reason)),
  },
  {
    ...replaced,
    name: "corelens_mempool_replaced_total",
    type: "counter",
    help: "Replaced transactions, including descendants of the conflicting ones.",
    labels: [REPLACED_BY],
    read: ({ mempool: { counts, replacedByPackage } }, take) => {
      take(counts.replaced.total - replacedByPackage, "transaction");
      take(replacedByPackage, "package");
    },
  },
  {
    ...replaced,
    name: "corelens_mempool_replaced_vbytes_total",
    type: "counter",
    help: "Virtual size of the replaced transactions.",
    read: ({ mempool }, take) => take(mempool.replacedVsize),
  },
  {
    ...replaced,
    name: "corelens_mempool_replaced_fees_satoshis_total",
    type: "counter",
    help: "Fees of the replaced transactions.",
    read: ({ mempool }, take) => take(mempool.replacedFees),
  },
  {
    name: "corelens_mempool_rejected_total",
    type: "counter",
    help: "Transactions that the mempool rejected.",
    labels: [REJECTION_REASON],
    from: "model",
    on: ["mempool:rejected"],
    read: ({ mempool }, take) =>
      mempool.rejections.each((reason, { total }) => take(total, reason)),
  },
];
