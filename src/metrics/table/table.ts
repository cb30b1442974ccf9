import { TRACEPOINTS } from "../../contract/contract.ts";
import type { CountRequest } from "../../counting/count-request.ts";
import type { RawEvent } from "../../event/event.ts";
import type { StatePart } from "../../node/state/node-state.ts";
import type { Count, Metric } from "../metric.ts";
import { MetricModel } from "../metric-model.ts";
import { BLOCK_METRICS } from "./blocks.ts";
import { CHAIN_STATE_METRICS } from "./chain-state.ts";
import { COIN_METRICS } from "./coins.ts";
import { CONNECTION_METRICS } from "./connections.ts";
import { INCIDENT_METRICS } from "./incidents.ts";
import { MEMPOOL_METRICS } from "./mempool.ts";
import { MESSAGE_METRICS } from "./messages.ts";
import { OWN_METRICS } from "./own.ts";
import { PEER_STATE_METRICS } from "./peer-state.ts";
import { REORGANISATION_METRICS } from "./reorganisations.ts";
import { WALLET_METRICS } from "./wallet.ts";

/** All metrics, by section of docs/metrics.md. */
export const METRICS = {
  "Messages of peers": MESSAGE_METRICS,
  Connections: CONNECTION_METRICS,
  Mempool: MEMPOOL_METRICS,
  Blocks: [...BLOCK_METRICS, ...REORGANISATION_METRICS],
  "UTXO cache": COIN_METRICS,
  Wallets: WALLET_METRICS,
  Incidents: INCIDENT_METRICS,
  "Node state (RPC): chain, mempool, traffic": CHAIN_STATE_METRICS,
  "Node state (RPC): peers": PEER_STATE_METRICS,
  "corelens internals": OWN_METRICS,
} as const satisfies Record<string, readonly Metric[]>;

export const ALL_METRICS: readonly Metric[] = Object.values(METRICS).flat();

/** The counts that the kernel makes. */
export const COUNTS: readonly Count[] = [
  ...new Set(ALL_METRICS.flatMap((metric) => (metric.from === "counts" ? [metric.count] : []))),
];

/** Tracepoints whose events are delivered. */
export const STREAMED: readonly string[] = [
  ...new Set(
    ALL_METRICS.flatMap((metric) =>
      metric.from === "events" || metric.from === "model" ? metric.on : [],
    ),
  ),
];

/**
 * The fields of these events that metrics read. To find them, each metric gets an event that records every access to a
 * field.
 */
export function streamedFields(): readonly string[] {
  const read = new Set<string>();
  const model = new MetricModel();
  for (const tracepoint of STREAMED) {
    const noted = (field: string) => (field === "tracepoint" ? tracepoint : void read.add(field));
    const handler = { get: (_: object, field: string) => noted(field) };
    const event = new Proxy({}, handler) as RawEvent;
    model.see(event);
    for (const metric of ALL_METRICS) {
      if (metric.from === "events" && (metric.on as readonly string[]).includes(tracepoint))
        metric.see(event, () => {});
    }
  }
  const layouts = STREAMED.flatMap((name) => TRACEPOINTS.get(name)?.layouts ?? []);
  const known = new Set(layouts.flatMap(({ fields }) => fields.map(({ name }) => name)));
  return [...read].filter((field) => known.has(field));
}

/** Parts of the node's state that metrics need. */
export const METRIC_STATE_PARTS: readonly StatePart[] = [
  ...new Set(ALL_METRICS.flatMap((metric) => (metric.from === "state" ? [metric.part] : []))),
];

/** Groups in addition to the reserved ones, for message types that peers invent. */
const SPARE_ROOM = 64;

/** The request for a count. @param withCostly whether to group by the expensive field, too */
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
