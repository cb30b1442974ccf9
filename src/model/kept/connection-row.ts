import type { PeerReport } from "../node-report.ts";
import type { PeerView } from "../peers/peer.ts";
import type { KeptRow } from "./tables.ts";

/**
 * A connection up to now.
 * @param report what the node reports of the peer
 * @param updated ms since the epoch
 */
export function connectionRow(
  peer: PeerView,
  report: PeerReport | undefined,
  updated: number,
): KeptRow<"connections"> {
  const { announced, requested, delivered } = peer.relay.in;
  return {
    first_seen: peer.firstSeen,
    updated,
    pid: peer.pid,
    peer_id: peer.id,
    address: peer.address || (report?.address ?? null),
    network: peer.network,
    connection_type: peer.connectionType || (report?.connection_type ?? null),
    user_agent: report?.user_agent ?? null,
    opened: peer.since,
    closed: peer.closed,
    closed_by: peer.closedBy,
    received: peer.in.messages,
    received_bytes: peer.in.bytes,
    sent: peer.out.messages,
    sent_bytes: peer.out.bytes,
    ...{ announced, requested, delivered },
    handshake_ms: peer.handshake,
    min_ping_ms: peer.minPing,
    misbehaved: peer.misbehaved,
    misbehaviour: peer.misbehaviour,
    evicted: peer.evicted,
  };
}
