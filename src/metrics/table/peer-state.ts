import type { NodeState, Peer } from "../../node/state/node-state.ts";
import { quantile } from "../../util/statistics.ts";
import type { Label } from "../label.ts";
import { OTHER } from "../label.ts";
import {
  CONNECTION_TYPE,
  DIRECTION,
  NETWORK,
  STATISTIC,
  TRANSPORT,
  USER_AGENT,
} from "../labels.ts";
import type { StateMetric, Take } from "../metric.ts";

const TABLE: Label = {
  name: "table",
  meaning: "the node has connected to a tried address at least once",
  values: ["new", "tried"],
};
const LOCKED: Label = {
  name: "state",
  meaning: "locked memory is never swapped to disk",
  values: ["used", "free", "locked"],
};
const BANDWIDTH: Label = {
  name: "chosen_by",
  meaning: "the side that requested high-bandwidth mode: compact blocks without prior announcement",
  values: ["node", "peer"],
};
const CLOCK: Label = {
  name: "clock",
  meaning: "the peer's clock compared with the node's",
  values: ["ahead", "behind"],
};

/** A ping without an answer after this time is overdue. */
const MAX_PING_WAIT_S = 5;
/** A clock that differs by more than this is wrong. */
const MAX_CLOCK_OFFSET_S = 10;

/** A gauge that is a sum over all peers. */
function overPeers(
  name: string,
  help: string,
  labels: readonly Label[],
  see: (peer: Peer, take: Take) => void,
): StateMetric {
  const read = ({ peers }: NodeState, take: Take): void => {
    for (const peer of peers ?? []) see(peer, take);
  };
  return { name, type: "gauge", help, labels, zeros: true, from: "state", part: "peers", read };
}

/** A gauge that counts the peers that match a condition. */
function peersThat(name: string, help: string, matches: (peer: Peer) => boolean): StateMetric {
  return overPeers(name, help, [], (peer, take) => {
    if (matches(peer)) take(1);
  });
}

/** A gauge of a value's minimum, median, mean and maximum over all peers. */
function distribution(
  name: string,
  help: string,
  figure: (peer: Peer) => number | null,
): StateMetric {
  const read = ({ peers }: NodeState, take: Take): void => {
    const values = (peers ?? []).map(figure).filter((value) => value !== null);
    if (values.length === 0) return;
    values.sort((a, b) => a - b);
    take(values[0], "min");
    take(quantile(values, 0.5), "median");
    take(values.reduce((sum, value) => sum + value, 0) / values.length, "mean");
    take(values.at(-1), "max");
  };
  return { name, type: "gauge", help, labels: [STATISTIC], from: "state", part: "peers", read };
}

export const PEER_STATE_METRICS: readonly StateMetric[] = [
  overPeers(
    "corelens_peers",
    "Connected peers.",
    [DIRECTION, NETWORK],
    ({ inbound, network }, take) => take(1, inbound ? "inbound" : "outbound", network),
  ),
  overPeers(
    "corelens_peers_by_connection_type",
    "Connected peers by connection type.",
    [CONNECTION_TYPE],
    ({ connection_type }, take) => take(1, connection_type),
  ),
  overPeers(
    "corelens_peers_by_transport",
    "Connected peers by transport protocol.",
    [TRANSPORT],
    ({ transport }, take) => take(1, transport),
  ),
  overPeers(
    "corelens_peers_by_user_agent",
    "Connected peers by announced software.",
    [USER_AGENT],
    ({ user_agent }, take) => take(1, user_agent),
  ),
  overPeers(
    "corelens_peers_high_bandwidth",
    "Peers in high-bandwidth mode of compact block relay.",
    [BANDWIDTH],
    ({ high_bandwidth_to, high_bandwidth_from }, take) => {
      if (high_bandwidth_to) take(1, "node");
      if (high_bandwidth_from) take(1, "peer");
    },
  ),
  overPeers(
    "corelens_peers_wrong_clock",
    "Peers with a clock that differs by more than 10 s.",
    [CLOCK],
    ({ time_offset }, take) => {
      if (time_offset !== null && Math.abs(time_offset) > MAX_CLOCK_OFFSET_S) {
        take(1, time_offset > 0 ? "ahead" : "behind");
      }
    },
  ),
  peersThat(
    "corelens_peers_address_relay",
    "Peers that take part in address relay.",
    ({ address_relay }) => address_relay === true,
  ),
  peersThat(
    "corelens_peers_address_rate_limited",
    "Connected peers that exceeded the rate limit for addresses.",
    ({ addresses_rate_limited }) => (addresses_rate_limited ?? 0) > 0,
  ),
  overPeers(
    "corelens_peers_addresses_processed",
    "Addresses from connected peers that the node processed.",
    [],
    ({ addresses_processed }, take) => take(addresses_processed),
  ),
  overPeers(
    "corelens_peers_addresses_rate_limited",
    "Addresses from connected peers that the node dropped because of the rate limit.",
    [],
    ({ addresses_rate_limited }, take) => take(addresses_rate_limited),
  ),
  peersThat(
    "corelens_peers_with_blocks_in_flight",
    "Peers from which the node has requested blocks that have not arrived yet.",
    ({ blocks_in_flight }) => blocks_in_flight.length > 0,
  ),
  {
    name: "corelens_blocks_in_flight",
    type: "gauge",
    help: "Distinct heights of blocks that the node has requested and not received yet.",
    labels: [],
    zeros: true,
    from: "state",
    part: "peers",
    read: ({ peers }, take) => {
      if (peers) take(new Set(peers.flatMap(({ blocks_in_flight }) => blocks_in_flight)).size);
    },
  },
  peersThat(
    "corelens_peers_ping_overdue",
    "Peers that have not answered the node's ping for more than 5 s.",
    ({ ping_wait_seconds }) => (ping_wait_seconds ?? 0) > MAX_PING_WAIT_S,
  ),
  peersThat(
    "corelens_peers_low_fee_relay",
    "Peers that accept transactions below 1 sat/vB.",
    ({ fee_filter, relays_transactions }) =>
      relays_transactions === true && fee_filter !== null && fee_filter > 0 && fee_filter < 1,
  ),
  distribution(
    "corelens_peer_ping_seconds",
    "Last ping times of the connected peers.",
    ({ ping_seconds }) => ping_seconds,
  ),
  distribution(
    "corelens_peer_min_ping_seconds",
    "Shortest ping times of the connected peers.",
    ({ min_ping_seconds }) => min_ping_seconds,
  ),
  distribution(
    "corelens_peer_inventory_to_send",
    "Transactions queued for announcement to a peer; since v30.",
    ({ inv_to_send }) => inv_to_send,
  ),
  distribution(
    "corelens_peer_cpu_load_ratio",
    "Share of the node's time that a peer's messages use; only in builds that measure it.",
    ({ cpu_load }) => cpu_load,
  ),
  {
    name: "corelens_peers_inbound_ipv4_subnets",
    type: "gauge",
    help: "Distinct /16 subnets of the inbound IPv4 peers.",
    labels: [],
    zeros: true,
    from: "state",
    part: "peers",
    read: ({ peers }, take) => {
      if (!peers) return;
      const inbound = peers.filter(({ inbound, network }) => inbound && network === "ipv4");
      const subnets = inbound.map(({ address }) => address?.split(".", 2).join("."));
      take(new Set(subnets).size);
    },
  },
  {
    name: "corelens_known_addresses",
    type: "gauge",
    help: "Addresses in the node's address manager; since v26.",
    labels: [{ ...NETWORK, values: ["ipv4", "ipv6", "onion", "i2p", "cjdns", OTHER] }, TABLE],
    from: "state",
    part: "addresses",
    read: ({ addresses }, take) => {
      for (const known of addresses ?? []) {
        if (known.network === "all_networks") continue;
        take(known.new, known.network, "new");
        take(known.tried, known.network, "tried");
      }
    },
  },
  {
    name: "corelens_bans",
    type: "gauge",
    help: "Banned addresses and subnets.",
    labels: [],
    from: "state",
    part: "bans",
    read: ({ bans }, take) => take(bans?.length),
  },
  {
    name: "corelens_locked_memory_bytes",
    type: "gauge",
    help: "Memory of the node's locked pool, which holds keys.",
    labels: [LOCKED],
    from: "state",
    part: "memory",
    read: ({ memory }, take) => {
      take(memory?.used, "used");
      take(memory?.free, "free");
      take(memory?.locked, "locked");
    },
  },
];
