import { CONNECTION_NETWORKS, networkName } from "../../bitcoin/connection.ts";
import type { PeerReport } from "../node-report.ts";
import type { PeerView } from "./peers.ts";

/** A peer as events show it, with what the node says of it. */
export interface PeerRow extends PeerView {
  /** Null when the node was not asked, or does not know it any more. */
  readonly says: PeerReport | null;
  /** Whether no event told of it: only the node did, when it was asked. */
  readonly isSilent: boolean;
}

/** All peers that events or the node itself told of. */
export function joinPeers(
  peers: readonly PeerView[],
  says: readonly PeerReport[] | null,
): readonly PeerRow[] {
  const said = new Map(says?.map((peer) => [peer.peer_id, peer]));
  const heard = peers.map((peer) => joined(peer, said.get(peer.id) ?? null));
  const ids = new Set(peers.map(({ id }) => id));
  const silent = [...said.values()].filter(({ peer_id }) => !ids.has(peer_id)).map(silentPeer);
  return [...heard, ...silent];
}

function joined(peer: PeerView, says: PeerReport | null): PeerRow {
  return {
    ...peer,
    address: peer.address || (says?.address ?? ""),
    connectionType: peer.connectionType || (says?.connection_type ?? ""),
    network: networkSaid(says) ?? peer.network,
    since: peer.since ?? connectedSince(says),
    ping: peer.ping ?? milliseconds(says?.ping_seconds),
    says,
    isSilent: false,
  };
}

function silentPeer(says: PeerReport): PeerRow {
  const since = connectedSince(says);
  return {
    id: says.peer_id,
    address: says.address ?? "",
    connectionType: says.connection_type ?? "",
    network: networkSaid(says),
    since,
    firstSeen: since ?? 0,
    lastSeen: since ?? 0,
    lastType: null,
    messagesIn: 0,
    messagesOut: 0,
    bytesIn: 0,
    bytesOut: 0,
    ping: milliseconds(says.ping_seconds),
    types: [],
    misbehaviour: [],
    closed: null,
    evicted: false,
    says,
    isSilent: true,
  };
}

function networkSaid(says: PeerReport | null): string | null {
  return says?.network == null ? null : networkName(says.network);
}

function connectedSince(says: PeerReport | null): number | null {
  return says?.time_connected == null ? null : says.time_connected * 1000;
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

export function networkShares(rows: readonly PeerRow[]): NetworkShare[] {
  const shares = new Map<string, { inbound: number; outbound: number }>();
  for (const { network, connectionType, closed } of rows) {
    if (closed !== null) continue;
    const name =
      network !== null && (CONNECTION_NETWORKS as readonly string[]).includes(network)
        ? network
        : "not known";
    const share = shares.get(name) ?? { inbound: 0, outbound: 0 };
    share[connectionType === "inbound" ? "inbound" : "outbound"]++;
    shares.set(name, share);
  }
  return [...shares]
    .map(([network, share]) => ({ network, ...share }))
    .sort((a, b) => b.inbound + b.outbound - a.inbound - a.outbound);
}
