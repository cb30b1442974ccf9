import { rounded } from "../../event/json.ts";
import type { FlowView } from "./flow.ts";
import type { PeerView } from "./peer.ts";

/** A peer on the page Peers, as precise as the page: what changes in many peers at once takes few bytes. */
export function listedPeer(peer: PeerView): PeerView {
  return {
    ...peer,
    since: peer.since && Math.floor(peer.since),
    firstSeen: Math.floor(peer.firstSeen),
    lastSeen: Math.floor(peer.lastSeen),
    in: listedFlow(peer.in),
    out: listedFlow(peer.out),
    handshake: rounded(peer.handshake, 3),
    ping: rounded(peer.ping, 3),
    minPing: rounded(peer.minPing, 3),
    closed: peer.closed && Math.floor(peer.closed),
  };
}

function listedFlow({ messages, bytes, messageRate, byteRate }: FlowView): FlowView {
  const decimals = messageRate < 10 ? 2 : 1;
  return {
    messages,
    bytes,
    messageRate: rounded(messageRate, decimals),
    byteRate: Math.round(byteRate),
  };
}
