import { CONNECTION_NETWORKS, networkName } from "../../bitcoin/connection.ts";
import type { PeerReport } from "../node-report.ts";
import type { PeerView } from "./peer.ts";

/** A peer as events show it, with what the node reports about it. */
export interface PeerRow extends PeerView {
  /** Null when the node was not asked, or does not list it any more. */
  readonly report: PeerReport | null;
  /** Whether no event of it was seen: only the node reports it. */
  readonly isSilent: boolean;
}

/** All peers that were seen in events or that the node reports. */
export function joinPeers(
  peers: readonly PeerView[],
  reports: readonly PeerReport[] | null,
): readonly PeerRow[] {
  const byId = new Map(reports?.map((report) => [report.peer_id, report]));
  const open = new Set(peers.filter(({ closed }) => closed === null).map(({ id }) => id));
  const seen = peers.map((peer) => {
    // A node that started again numbers its peers from 0: the number of a closed one can be another's.
    const isAnothers = peer.closed !== null && open.has(peer.id);
    return joined(peer, isAnothers ? null : (byId.get(peer.id) ?? null));
  });
  const ids = new Set(peers.map(({ id }) => id));
  const silent = [...byId.values()].filter(({ peer_id }) => !ids.has(peer_id)).map(silentPeer);
  return [...seen, ...silent];
}

function joined(peer: PeerView, report: PeerReport | null): PeerRow {
  return {
    ...peer,
    address: peer.address || (report?.address ?? ""),
    connectionType: peer.connectionType || (report?.connection_type ?? ""),
    network: networkOf(report) ?? peer.network,
    since: peer.since ?? milliseconds(report?.time_connected),
    ping: peer.ping ?? milliseconds(report?.ping_seconds),
    minPing: milliseconds(report?.min_ping_seconds) ?? peer.minPing,
    report,
    isSilent: false,
  };
}

/** A peer on the page Network. */
export interface NetworkPeer {
  readonly id: number;
  readonly address: string;
  readonly connectionType: string;
  readonly network: string | null;
  readonly closed: boolean;
}

export function networkPeer({
  id,
  address,
  connectionType,
  network,
  closed,
}: PeerRow): NetworkPeer {
  return { id, address, connectionType, network, closed: closed !== null };
}

const NO_FLOW = { messages: 0, bytes: 0, messageRate: 0, byteRate: 0 };
const NO_RELAY = { announced: 0, requested: 0, delivered: 0 };

function silentPeer(report: PeerReport): PeerRow {
  const since = milliseconds(report.time_connected);
  const peer: PeerView = {
    pid: 0,
    id: report.peer_id,
    address: "",
    connectionType: "",
    network: null,
    since,
    isWhole: false,
    firstSeen: since ?? 0,
    lastSeen: since ?? 0,
    lastType: null,
    in: NO_FLOW,
    out: NO_FLOW,
    relay: { in: NO_RELAY, out: NO_RELAY },
    handshake: null,
    ping: null,
    minPing: null,
    misbehaved: 0,
    misbehaviour: [],
    evicted: false,
    closed: null,
    closedBy: null,
  };
  return { ...joined(peer, report), isSilent: true };
}

function networkOf(report: PeerReport | null): string | null {
  return report?.network == null ? null : networkName(report.network);
}

function milliseconds(seconds: number | null | undefined): number | null {
  return seconds == null ? null : seconds * 1000;
}

/** Connected peers of a network, by who opened the connection. */
export interface NetworkShare {
  readonly network: string;
  readonly inbound: number;
  readonly outbound: number;
}

/** Most peers first. A name that is not one of Bitcoin Core's networks counts as unknown. */
export function networkShares(rows: readonly PeerRow[]): NetworkShare[] {
  const shares = new Map<string, { inbound: number; outbound: number }>();
  for (const { network, connectionType, closed } of rows) {
    if (closed !== null) continue;
    const name = CONNECTION_NETWORKS.find((known) => known === network) ?? "unknown";
    const share = shares.get(name) ?? { inbound: 0, outbound: 0 };
    share[connectionType === "inbound" ? "inbound" : "outbound"]++;
    shares.set(name, share);
  }
  return [...shares]
    .map(([network, share]) => ({ network, ...share }))
    .sort((a, b) => b.inbound + b.outbound - a.inbound - a.outbound);
}
