import { type ConnectedBlock, connectedBlock } from "../../model/blocks/connected-block.ts";
import type { EventMetric } from "../metric.ts";

const BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** A metric that takes one value from each connected block. */
function ofBlock(
  described: Pick<EventMetric, "name" | "type" | "help" | "buckets">,
  read: (block: ConnectedBlock, time: number) => number | null,
): EventMetric {
  return {
    ...described,
    labels: [],
    from: "events",
    on: ["validation:block_connected"],
    see: (event, take) => take(read(connectedBlock(event), event.time)),
  };
}

export const BLOCK_METRICS: readonly EventMetric[] = [
  ofBlock(
    {
      name: "corelens_blocks_connected_total",
      type: "counter",
      help: "Blocks connected to the chain.",
    },
    () => 1,
  ),
  ofBlock(
    {
      name: "corelens_block_transactions_total",
      type: "counter",
      help: "Transactions in connected blocks, including coinbases.",
    },
    ({ transactions }) => transactions,
  ),
  ofBlock(
    {
      name: "corelens_block_inputs_total",
      type: "counter",
      help: "Inputs of transactions in connected blocks, including coinbases.",
    },
    ({ inputs }) => inputs,
  ),
  ofBlock(
    {
      name: "corelens_block_sigops_cost_total",
      type: "counter",
      help: "Signature operation cost of connected blocks; one legacy operation costs 4.",
    },
    ({ sigops_cost }) => sigops_cost,
  ),
  ofBlock(
    {
      name: "corelens_block_connection_duration_seconds",
      type: "histogram",
      help: "Time to connect a block. Missing for releases whose unit of time is unknown.",
      buckets: BUCKETS,
    },
    secondsOf,
  ),
  ofBlock(
    {
      name: "corelens_last_block_height",
      type: "gauge",
      help: "Height of the last connected block.",
    },
    ({ height }) => height,
  ),
  ofBlock(
    {
      name: "corelens_last_block_connected_timestamp_seconds",
      type: "gauge",
      help: "Time of connecting the last block.",
    },
    (_, time) => time / 1000,
  ),
  ofBlock(
    {
      name: "corelens_last_block_connection_duration_seconds",
      type: "gauge",
      help: "Time to connect the last block.",
    },
    secondsOf,
  ),
  ofBlock(
    {
      name: "corelens_last_block_transactions",
      type: "gauge",
      help: "Transactions in the last connected block.",
    },
    ({ transactions }) => transactions,
  ),
  ofBlock(
    {
      name: "corelens_last_block_inputs",
      type: "gauge",
      help: "Inputs of the last connected block.",
    },
    ({ inputs }) => inputs,
  ),
  ofBlock(
    {
      name: "corelens_last_block_sigops_cost",
      type: "gauge",
      help: "Signature operation cost of the last connected block.",
    },
    ({ sigops_cost }) => sigops_cost,
  ),
];

function secondsOf({ duration_ns }: ConnectedBlock): number | null {
  return duration_ns === null ? null : duration_ns / 1e9;
}
