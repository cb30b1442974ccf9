import { isoTime, rounded } from "../../event/json.ts";
import type { FlowView } from "../../model/peers/flow.ts";
import { usefulPercent } from "../../model/peers/peer-filter.ts";
import type { PeerRow } from "../../model/peers/peer-row.ts";
import type { RelayView } from "../../model/peers/relay.ts";
import type { TrafficView } from "../../model/peers/traffic.ts";

/** The peers as an object for JSON. Rates are per second, averaged over the last 10 s. */
export function peersSnapshot(
  traffic: TrafficView,
  unattributed: number,
  peers: readonly PeerRow[],
  now: number,
): Record<string, unknown> {
  return {
    tracepoint: "corelens:peers",
    time: isoTime(now),
    inbound: flowJson(traffic.in),
    outbound: flowJson(traffic.out),
    unattributed,
    types: traffic.types.map((type) => ({
      msg_type: type.type,
      inbound: flowJson(type.in),
      outbound: flowJson(type.out),
    })),
    peers: peers.map((peer) => ({
      pid: peer.pid,
      peer_id: peer.id,
      address: peer.address || null,
      connection_type: peer.connectionType || null,
      network: peer.network,
      since: isoTime(peer.since ?? peer.firstSeen),
      whole: peer.isWhole,
      inbound: { ...flowJson(peer.in), ...relayJson(peer.relay.in) },
      outbound: { ...flowJson(peer.out), ...relayJson(peer.relay.out) },
      useful_percent: rounded(usefulPercent(peer), 3),
      handshake_ms: rounded(peer.handshake, 3),
      ping_ms: rounded(peer.ping, 3),
      min_ping_ms: rounded(peer.minPing, 3),
      last_type: peer.lastType,
      last_time: isoTime(peer.lastSeen),
      misbehaved: peer.misbehaved,
      evicted: peer.evicted,
      closed: peer.closedBy === "event" ? "closed" : peer.closedBy === "silence" ? "silent" : null,
    })),
  };
}

function flowJson({ messages, bytes, messageRate, byteRate }: FlowView) {
  return {
    messages,
    bytes,
    messages_per_second: messageRate,
    bytes_per_second: byteRate,
  };
}

function relayJson({ announced, requested, delivered }: RelayView) {
  return { announced, requested, delivered };
}
