import { type Label, OTHER } from "../label.ts";
import { CONNECTION_TYPE, DIRECTION, MISBEHAVIOUR, NETWORK } from "../labels.ts";
import type { EventMetric } from "../metric.ts";

const AGES = [1, 10, 60, 600, 3600, 6 * 3600, 86_400, 7 * 86_400];

const INSERTED: Label = {
  name: "inserted",
  meaning: "whether the table took it",
  values: ["false", "true", OTHER],
};

const directionOf = (connectionType: unknown): string =>
  connectionType === "inbound" ? "inbound" : "outbound";

export const CONNECTION_METRICS: readonly EventMetric[] = [
  {
    name: "corelens_connections_opened_total",
    type: "counter",
    help: "Connections that were made, before the handshake.",
    labels: [DIRECTION, NETWORK, CONNECTION_TYPE],
    from: "events",
    on: ["net:inbound_connection", "net:outbound_connection"],
    see: ({ connection_type, network }, take) =>
      take(1, directionOf(connection_type), network, connection_type),
  },
  {
    name: "corelens_connections_closed_total",
    type: "counter",
    help: "Connections that were closed by either side.",
    labels: [DIRECTION, NETWORK, CONNECTION_TYPE],
    from: "events",
    on: ["net:closed_connection"],
    see: ({ connection_type, network }, take) =>
      take(1, directionOf(connection_type), network, connection_type),
  },
  {
    name: "corelens_connection_duration_seconds",
    type: "histogram",
    help: "How long connections lasted that were closed.",
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
    help: "Inbound connections that made room for new ones.",
    labels: [NETWORK],
    from: "events",
    on: ["net:evicted_inbound_connection"],
    see: ({ network }, take) => take(1, network),
  },
  {
    name: "corelens_evicted_connection_duration_seconds",
    type: "histogram",
    help: "How long connections had lasted that made room for new ones.",
    labels: [],
    buckets: AGES,
    from: "events",
    on: ["net:evicted_inbound_connection"],
    see: ({ time, time_established }, take) => take(secondsSince(time_established, time)),
  },
  {
    name: "corelens_peer_misbehaviours_total",
    type: "counter",
    help: "How often peers broke the protocol.",
    labels: [MISBEHAVIOUR],
    from: "events",
    on: ["net:misbehaving_connection"],
    see: ({ reason }, take) => take(1, reason),
  },
  {
    name: "corelens_addrman_offered_total",
    type: "counter",
    help: "Addresses that were offered to the table of new ones, in nodes with that patch.",
    labels: [INSERTED],
    from: "events",
    on: ["addrman:attempt_add"],
    see: ({ inserted }, take) => take(1, inserted),
  },
  {
    name: "corelens_addrman_tried_total",
    type: "counter",
    help: "Addresses that moved to the table of tried ones, in nodes with that patch.",
    labels: [],
    from: "events",
    on: ["addrman:move_to_good"],
    see: (_, take) => take(1),
  },
];

/** From a time in UNIX seconds to an event's; never negative, for the node's clock may have been set. */
function secondsSince(begin: unknown, time: number): number | null {
  return begin === null ? null : Math.max(0, time / 1000 - Number(begin));
}
