import { type Label, OTHER } from "../label.ts";
import { CONNECTION_TYPE, DIRECTION, MISBEHAVIOUR, NETWORK } from "../labels.ts";
import type { EventMetric } from "../metric.ts";

const AGES = [1, 10, 60, 600, 3600, 6 * 3600, 86_400, 7 * 86_400];

const INSERTED: Label = {
  name: "inserted",
  meaning: "whether the address was added to the table",
  values: ["false", "true", OTHER],
};

const directionOf = (connectionType: unknown): string =>
  connectionType === "inbound" ? "inbound" : "outbound";

export const CONNECTION_METRICS: readonly EventMetric[] = [
  {
    name: "corelens_connections_opened_total",
    type: "counter",
    help: "Opened connections, counted before the version handshake.",
    labels: [DIRECTION, NETWORK, CONNECTION_TYPE],
    from: "events",
    on: ["net:inbound_connection", "net:outbound_connection"],
    see: ({ connection_type, network }, take) =>
      take(1, directionOf(connection_type), network, connection_type),
  },
  {
    name: "corelens_connections_closed_total",
    type: "counter",
    help: "Closed connections, whichever side closed them.",
    labels: [DIRECTION, NETWORK, CONNECTION_TYPE],
    from: "events",
    on: ["net:closed_connection"],
    see: ({ connection_type, network }, take) =>
      take(1, directionOf(connection_type), network, connection_type),
  },
  {
    name: "corelens_connection_duration_seconds",
    type: "histogram",
    help: "Duration of closed connections.",
    labels: [DIRECTION],
    buckets: AGES,
    from: "events",
    on: ["net:closed_connection"],
    see: ({ connection_type, time, time_established }, take) =>
      take(secondsSince(time_established, time), directionOf(connection_type)),
  },
  {
    name: "corelens_connections_evicted_total",
    type: "counter",
    help: "Inbound connections evicted in favour of new ones.",
    labels: [NETWORK],
    from: "events",
    on: ["net:evicted_inbound_connection"],
    see: ({ network }, take) => take(1, network),
  },
  {
    name: "corelens_evicted_connection_duration_seconds",
    type: "histogram",
    help: "Duration of evicted connections at their eviction.",
    labels: [],
    buckets: AGES,
    from: "events",
    on: ["net:evicted_inbound_connection"],
    see: ({ time, time_established }, take) => take(secondsSince(time_established, time)),
  },
  {
    name: "corelens_peer_misbehaviours_total",
    type: "counter",
    help: "Misbehaviour of peers: violations of the protocol.",
    labels: [MISBEHAVIOUR],
    from: "events",
    on: ["net:misbehaving_connection"],
    see: ({ reason }, take) => take(1, reason),
  },
  {
    name: "corelens_addrman_offered_total",
    type: "counter",
    help: "Addresses offered to the address manager's new table; needs a node with the addrman tracepoints' patch.",
    labels: [INSERTED],
    from: "events",
    on: ["addrman:attempt_add"],
    see: ({ inserted }, take) => take(1, inserted),
  },
  {
    name: "corelens_addrman_tried_total",
    type: "counter",
    help: "Addresses moved to the address manager's tried table; needs a node with the addrman tracepoints' patch.",
    labels: [],
    from: "events",
    on: ["addrman:move_to_good"],
    see: (_, take) => take(1),
  },
];

/** Seconds from `begin` (UNIX seconds) to an event's time; 0 if the node's clock was set back in between. */
function secondsSince(begin: unknown, time: number): number | null {
  return begin === null ? null : Math.max(0, time / 1000 - Number(begin));
}
