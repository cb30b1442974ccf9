import type { RawEvent } from "../../event/event.ts";
import type { EventMetric } from "../metric.ts";

const DURATIONS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const connected = { labels: [], from: "events", on: ["validation:block_connected"] } as const;

export const BLOCK_METRICS: readonly EventMetric[] = [
  {
    ...connected,
    name: "corelens_blocks_connected_total",
    type: "counter",
    help: "Blocks that were connected to the chain.",
    see: (_, take) => take(1),
  },
  {
    ...connected,
    name: "corelens_block_transactions_total",
    type: "counter",
    help: "Transactions of the blocks that were connected, coinbases included.",
    see: ({ transactions }, take) => take(transactions),
  },
  {
    ...connected,
    name: "corelens_block_inputs_total",
    type: "counter",
    help: "Inputs of the blocks that were connected, coinbases' included.",
    see: ({ inputs }, take) => take(inputs),
  },
  {
    ...connected,
    name: "corelens_block_sigops_cost_total",
    type: "counter",
    help: "Cost of signature operations of the blocks that were connected; a legacy one is 4.",
    see: ({ sigops_cost }, take) => take(sigops_cost),
  },
  {
    ...connected,
    name: "corelens_block_connection_duration_seconds",
    type: "histogram",
    help: "How long connecting a block took. Left out where the release's unit is not known.",
    buckets: DURATIONS,
    see: (event, take) => take(durationOf(event)),
  },
  {
    ...connected,
    name: "corelens_last_block_height",
    type: "gauge",
    help: "Height of the block that was connected last.",
    see: ({ height }, take) => take(height),
  },
  {
    ...connected,
    name: "corelens_last_block_connected_timestamp_seconds",
    type: "gauge",
    help: "When the last block was connected.",
    see: ({ time }, take) => take(time / 1000),
  },
  {
    ...connected,
    name: "corelens_last_block_connection_duration_seconds",
    type: "gauge",
    help: "How long connecting the last block took.",
    see: (event, take) => take(durationOf(event)),
  },
  {
    ...connected,
    name: "corelens_last_block_transactions",
    type: "gauge",
    help: "Transactions of the block that was connected last.",
    see: ({ transactions }, take) => take(transactions),
  },
  {
    ...connected,
    name: "corelens_last_block_inputs",
    type: "gauge",
    help: "Inputs of the block that was connected last.",
    see: ({ inputs }, take) => take(inputs),
  },
  {
    ...connected,
    name: "corelens_last_block_sigops_cost",
    type: "gauge",
    help: "Cost of signature operations of the block that was connected last.",
    see: ({ sigops_cost }, take) => take(sigops_cost),
  },
];

function durationOf({ duration_ns, duration_us }: RawEvent): number | null {
  if (typeof duration_ns === "number") return duration_ns / 1e9;
  return typeof duration_us === "number" ? duration_us / 1e6 : null;
}
