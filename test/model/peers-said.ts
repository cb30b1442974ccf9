import type { PeerReport } from "../../src/model/node-report.ts";

/** What a node says of a peer. */
export function peerSays(id: number, parts: Partial<PeerReport> = {}): PeerReport {
  return {
    peer_id: id,
    address: `198.51.100.${id}:8333`,
    network: "ipv4",
    connection_type: "inbound",
    transport: "v2",
    user_agent: "/Satoshi:31.0.0(shop)/",
    time_connected: 1_767_225_000,
    bytes_sent: 1,
    bytes_received: 2,
    ping_seconds: 0.25,
    min_ping_seconds: 0.125,
    fee_filter: 1,
    relays_transactions: true,
    addresses_rate_limited: 7,
    synced_blocks: 900_000,
    ...parts,
  };
}
