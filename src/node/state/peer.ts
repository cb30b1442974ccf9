import type { Peer } from "./node-state.ts";
import {
  type Answer,
  countsOf,
  feeRateOf,
  flagOf,
  numberOf,
  numbersOf,
  objectsOf,
  textOf,
  textsOf,
} from "./shape.ts";

/** The peers in a reply of getpeerinfo, except those without an id. */
export function peersOf(answer: unknown): Peer[] {
  return objectsOf(answer).flatMap((peer) => {
    const id = numberOf(peer.id);
    return id === null ? [] : [peerOf(id, peer)];
  });
}

function peerOf(peer_id: number, peer: Answer): Peer {
  return {
    peer_id,
    address: textOf(peer.addr),
    address_bind: textOf(peer.addrbind),
    address_local: textOf(peer.addrlocal),
    network: textOf(peer.network),
    mapped_as: numberOf(peer.mapped_as),
    inbound: flagOf(peer.inbound),
    connection_type: textOf(peer.connection_type),
    transport: textOf(peer.transport_protocol_type),
    session_id: textOf(peer.session_id) || null,
    protocol_version: numberOf(peer.version),
    user_agent: textOf(peer.subver),
    services: textsOf(peer.servicesnames),
    permissions: textsOf(peer.permissions),
    time_connected: numberOf(peer.conntime),
    last_sent: numberOf(peer.lastsend),
    last_received: numberOf(peer.lastrecv),
    last_transaction: numberOf(peer.last_transaction),
    last_block: numberOf(peer.last_block),
    bytes_sent: numberOf(peer.bytessent),
    bytes_received: numberOf(peer.bytesrecv),
    bytes_sent_by_type: countsOf(peer.bytessent_per_msg),
    bytes_received_by_type: countsOf(peer.bytesrecv_per_msg),
    ping_seconds: numberOf(peer.pingtime),
    min_ping_seconds: numberOf(peer.minping),
    ping_wait_seconds: numberOf(peer.pingwait),
    time_offset: numberOf(peer.timeoffset),
    relays_transactions: flagOf(peer.relaytxes),
    fee_filter: feeRateOf(peer.minfeefilter),
    inv_to_send: numberOf(peer.inv_to_send),
    last_inv_sequence: numberOf(peer.last_inv_sequence),
    high_bandwidth_to: flagOf(peer.bip152_hb_to),
    high_bandwidth_from: flagOf(peer.bip152_hb_from),
    presynced_headers: numberOf(peer.presynced_headers),
    synced_headers: numberOf(peer.synced_headers),
    synced_blocks: numberOf(peer.synced_blocks),
    blocks_in_flight: numbersOf(peer.inflight),
    address_relay: flagOf(peer.addr_relay_enabled),
    addresses_processed: numberOf(peer.addr_processed),
    addresses_rate_limited: numberOf(peer.addr_rate_limited),
    cpu_load: numberOf(peer.cpu_load),
  };
}
