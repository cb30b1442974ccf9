import type { CountRequest } from "../../counting/count-request.ts";
import type { StatePart } from "../../node/state/node-state.ts";
import type { Count, Metric } from "../metric.ts";
import { BLOCK_METRICS } from "./blocks.ts";
import { CHAIN_STATE_METRICS } from "./chain-state.ts";
import { COIN_METRICS } from "./coins.ts";
import { CONNECTION_METRICS } from "./connections.ts";
import { MEMPOOL_METRICS } from "./mempool.ts";
import { MESSAGE_METRICS } from "./messages.ts";
import { OWN_METRICS } from "./own.ts";
import { PEER_STATE_METRICS } from "./peer-state.ts";
import { REORGANISATION_METRICS } from "./reorganisations.ts";
import { WALLET_METRICS } from "./wallet.ts";

/** Every metric, in the sections of docs/metrics.md. */
export const METRICS = {
  "Messages of peers": MESSAGE_METRICS,
  Connections: CONNECTION_METRICS,
  Mempool: MEMPOOL_METRICS,
  Blocks: [...BLOCK_METRICS, ...REORGANISATION_METRICS],
  "UTXO cache": COIN_METRICS,
  Wallets: WALLET_METRICS,
  "What the node says: chain, mempool, traffic": CHAIN_STATE_METRICS,
  "What the node says: peers": PEER_STATE_METRICS,
  "How corelens does": OWN_METRICS,
} as const satisfies Record<string, readonly Metric[]>;

export const ALL_METRICS: readonly Metric[] = Object.values(METRICS).flat();

/** What is counted in the kernel. */
export const COUNTS: readonly Count[] = [
  ...new Set(ALL_METRICS.flatMap((metric) => (metric.from === "counts" ? [metric.count] : []))),
];

/** Tracepoints whose events are delivered. */
export const STREAMED: readonly string[] = [
  ...new Set(
    ALL_METRICS.flatMap((metric) =>
      metric.from === "events" || metric.from === "chain" ? metric.on : [],
    ),
  ),
];

/** Of their fields those that metrics are made of: no addresses, and hashes only to tell blocks and transactions apart. */
export const STREAMED_FIELDS: readonly string[] = [
  ...["connection_type", "network", "time_established", "inserted"],
  ...["txid", "vsize", "fee", "reason", "entry_time"],
  ...["replacement_is_txid", "replaced_vsize", "replaced_fee"],
  ...["hash", "height", "transactions", "inputs", "sigops_cost", "duration_ns", "duration_us"],
  ...["mode", "for_prune", "coins", "memory"],
  ...["algorithm", "target", "selected_value", "success"],
];

/** What the node is asked for. */
export const ASKED: readonly StatePart[] = [
  ...new Set(ALL_METRICS.flatMap((metric) => (metric.from === "state" ? [metric.part] : []))),
];

/** Groups beyond those that are reserved: types that peers make up, and of which nobody wants to know. */
const SPARE_ROOM = 64;

/**
 * The request to count one thing, where the node has it.
 * @param withCostly whether also by what costs more than all the rest
 */
export function countRequest(count: Count, withCostly: boolean): CountRequest {
  const { tracepoints, measures, histogram, costly } = count;
  const by = withCostly ? count.by : count.by.filter((name) => name !== costly);
  const keys = count.reserved.map((key) => key.slice(0, by.length));
  const reserved = [...new Map(keys.map((key) => [key.join(), key])).values()];
  return {
    patterns: tracepoints,
    where: null,
    by,
    types: [],
    measures,
    histogram,
    room: reserved.length + SPARE_ROOM,
    optional: true,
    reserved,
  };
}
