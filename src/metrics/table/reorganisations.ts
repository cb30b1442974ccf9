import type { ModelMetric } from "../metric.ts";

const blocks = { labels: [], from: "model", on: ["validation:block_connected"] } as const;

const transactions = {
  labels: [],
  from: "model",
  on: ["validation:block_connected", "mempool:added", "mempool:removed", "mempool:rejected"],
} as const;

export const REORGANISATION_METRICS: readonly ModelMetric[] = [
  {
    ...blocks,
    name: "corelens_reorganisations_total",
    type: "counter",
    help: "Reorganisations: blocks of one branch replaced blocks of another.",
    read: ({ chain }, take) => take(chain.totals.reorganisations),
  },
  {
    ...blocks,
    name: "corelens_blocks_replaced_total",
    type: "counter",
    help: "Blocks that reorganisations replaced.",
    read: ({ chain }, take) => take(chain.totals.replaced),
  },
  {
    ...blocks,
    name: "corelens_last_reorganisation_depth_blocks",
    type: "gauge",
    help: "Blocks that the last reorganisation replaced; 0 before the first.",
    read: ({ chain }, take) => take(chain.totals.lastDepth),
  },
  {
    ...transactions,
    name: "corelens_reorganisation_transactions_returned_total",
    type: "counter",
    help: "Transactions that returned from replaced blocks to the mempool.",
    read: ({ chain }, take) => take(chain.totals.returned),
  },
  {
    ...transactions,
    name: "corelens_reorganisation_transactions_dropped_total",
    type: "counter",
    help: "Transactions that reorganisations made invalid.",
    read: ({ chain }, take) => take(chain.totals.dropped),
  },
];
