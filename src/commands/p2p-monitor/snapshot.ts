import { isoTime } from "../../event/json.ts";
import type { Peer } from "./peer.ts";
import type { Peers } from "./peers.ts";
import type { Traffic } from "./traffic.ts";

/** The peers as an object for programs; rates are per second, over the last ten. */
export function peersSnapshot(
  peers: Peers,
  listed: readonly Peer[],
  now: number,
): Record<string, unknown> {
  const since = peers.since ?? now;
  return {
    tracepoint: "corelens:p2p-monitor",
    time: isoTime(now),
    inbound: trafficSnapshot(peers.inbound, since, now),
    outbound: trafficSnapshot(peers.outbound, since, now),
    unattributed: peers.unattributed,
    peers: listed.map((peer) => ({
      pid: peer.pid,
      peer_id: peer.id,
      address: peer.address,
      connection_type: peer.connectionType,
      network: peer.network,
      since: isoTime(peer.since),
      whole: peer.isWhole,
      inbound: trafficSnapshot(peer.inbound, peer.since, now),
      outbound: trafficSnapshot(peer.outbound, peer.since, now),
      last_type: peer.lastType,
      last_time: isoTime(peer.lastTime),
      misbehaved: peer.misbehaved,
      closed: peer.closed?.how ?? null,
    })),
  };
}

function trafficSnapshot(traffic: Traffic, since: number, now: number) {
  return {
    messages: traffic.messages,
    bytes: traffic.bytes,
    messages_per_second: rounded(traffic.messageRate(now, since)),
    bytes_per_second: rounded(traffic.byteRate(now, since)),
  };
}

function rounded(rate: number): number {
  return Math.round(rate * 1000) / 1000;
}
