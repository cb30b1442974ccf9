import type { Problem } from "../../errors.ts";

/**
 * What a node says of itself, whichever way it was asked. Names are those of events where both tell of the same
 * thing. Units: bytes, satoshi, sat/vB for fee rates, seconds; times are UNIX seconds. What a release does not tell
 * is null.
 */

export interface Version {
  /** `310000` for v31.0. */
  readonly version: number | null;
  /** `/Satoshi:31.0.0/`, with the comments that its owner gave it. */
  readonly user_agent: string | null;
  readonly protocol_version: number | null;
}

/** Of the chain: getblockchaininfo. */
export interface ChainState {
  /** `main`, `test`, `testnet4`, `signet`, `regtest`. */
  readonly chain: string | null;
  readonly height: number | null;
  /** Height of the best known headers. */
  readonly headers: number | null;
  readonly hash: string | null;
  /** Of the last block, as its miner wrote it. */
  readonly block_time: number | null;
  readonly median_time: number | null;
  readonly difficulty: number | null;
  /** Estimate, 0 to 1. */
  readonly verification_progress: number | null;
  readonly initial_block_download: boolean | null;
  readonly size_on_disk: number | null;
  readonly pruned: boolean | null;
  /** Height of the first block that is kept. */
  readonly prune_height: number | null;
  readonly prune_target_size: number | null;
  /** Validation of the blocks below an assumed UTXO set; null when there is none. */
  readonly background: BackgroundValidation | null;
  readonly warnings: readonly string[];
}

export interface BackgroundValidation {
  readonly height: number | null;
  readonly snapshot_height: number | null;
  readonly verification_progress: number | null;
}

/** Of the network: getnetworkinfo. */
export interface NetworkState extends Version {
  readonly active: boolean | null;
  readonly connections: number | null;
  readonly connections_in: number | null;
  readonly connections_out: number | null;
  /** Whether transactions are asked for. */
  readonly local_relay: boolean | null;
  readonly local_services: readonly string[];
  /** Median of what peers' clocks differ, in seconds. */
  readonly time_offset: number | null;
  readonly networks: readonly ReachableNetwork[];
  readonly local_addresses: readonly LocalAddress[];
  readonly warnings: readonly string[];
}

export interface ReachableNetwork {
  /** `ipv4`, `ipv6`, `onion`, `i2p`, `cjdns`. */
  readonly network: string | null;
  readonly reachable: boolean | null;
  readonly proxy: string | null;
}

export interface LocalAddress {
  readonly address: string | null;
  readonly port: number | null;
  readonly score: number | null;
}

/** Bytes since the node was started: getnettotals. */
export interface Traffic {
  readonly bytes_received: number | null;
  readonly bytes_sent: number | null;
  /** The node's clock, UNIX milliseconds. */
  readonly time_ms: number | null;
  /** Bytes a day; 0 for no limit. */
  readonly upload_target: number | null;
  readonly upload_target_reached: boolean | null;
  readonly upload_bytes_left: number | null;
}

/** A connected peer: getpeerinfo. */
export interface Peer {
  readonly peer_id: number;
  readonly address: string | null;
  readonly address_bind: string | null;
  readonly address_local: string | null;
  /** `ipv4`, `ipv6`, `onion`, `i2p`, `cjdns`, `not_publicly_routable`. */
  readonly network: string | null;
  readonly mapped_as: number | null;
  readonly inbound: boolean | null;
  readonly connection_type: string | null;
  /** `v1`, `v2`, `detecting`. */
  readonly transport: string | null;
  readonly session_id: string | null;
  readonly protocol_version: number | null;
  readonly user_agent: string | null;
  readonly services: readonly string[];
  readonly permissions: readonly string[];
  readonly time_connected: number | null;
  readonly last_sent: number | null;
  readonly last_received: number | null;
  /** 0 for never. */
  readonly last_transaction: number | null;
  readonly last_block: number | null;
  readonly bytes_sent: number | null;
  readonly bytes_received: number | null;
  readonly bytes_sent_by_type: Readonly<Record<string, number>>;
  readonly bytes_received_by_type: Readonly<Record<string, number>>;
  readonly ping_seconds: number | null;
  readonly min_ping_seconds: number | null;
  /** Of a ping that was not answered yet. */
  readonly ping_wait_seconds: number | null;
  readonly time_offset: number | null;
  readonly relays_transactions: boolean | null;
  /** In sat/vB. */
  readonly fee_filter: number | null;
  readonly inv_to_send: number | null;
  readonly last_inv_sequence: number | null;
  readonly high_bandwidth_to: boolean | null;
  readonly high_bandwidth_from: boolean | null;
  /** -1 for none. */
  readonly presynced_headers: number | null;
  readonly synced_headers: number | null;
  readonly synced_blocks: number | null;
  readonly blocks_in_flight: readonly number[];
  readonly address_relay: boolean | null;
  readonly addresses_processed: number | null;
  readonly addresses_rate_limited: number | null;
  /** Share of time that it takes to process its messages, in builds that measure it. */
  readonly cpu_load: number | null;
}

/** getmempoolinfo */
export interface MempoolState {
  readonly loaded: boolean | null;
  readonly transactions: number | null;
  readonly vsize: number | null;
  readonly memory_usage: number | null;
  readonly memory_max: number | null;
  readonly fees: number | null;
  /** The lowest fee rate that is taken, in sat/vB. */
  readonly min_fee_rate: number | null;
  readonly min_relay_fee_rate: number | null;
  readonly incremental_fee_rate: number | null;
  /** Own transactions that no peer has asked for yet. */
  readonly unbroadcast: number | null;
}

/** What confirms within so many blocks: estimatesmartfee. */
export interface FeeEstimate {
  readonly target: number;
  /** In sat/vB; null when the node has seen too little. */
  readonly fee_rate: number | null;
}

/** The end of a branch of blocks: getchaintips. */
export interface ChainTip {
  readonly height: number | null;
  readonly hash: string | null;
  /** Blocks since it left the active chain; 0 for that itself. */
  readonly branch_length: number | null;
  /** `active`, `valid-fork`, `valid-headers`, `headers-only`, `invalid`. */
  readonly status: string | null;
}

/** listbanned */
export interface Ban {
  /** An address or a network, as `203.0.113.0/24`. */
  readonly address: string | null;
  readonly created: number | null;
  readonly until: number | null;
}

/** Addresses of possible peers, of a network: getaddrmaninfo, since v26. */
export interface KnownAddresses {
  /** `all_networks` for the sum. */
  readonly network: string;
  readonly new: number | null;
  readonly tried: number | null;
}

/** Memory that is kept from being swapped: getmemoryinfo. */
export interface LockedMemory {
  readonly used: number | null;
  readonly free: number | null;
  readonly total: number | null;
  readonly locked: number | null;
  readonly chunks_used: number | null;
  readonly chunks_free: number | null;
}

/** getchaintxstats, of the month before the last block. */
export interface TransactionRate {
  /** Since the first block. */
  readonly transactions: number | null;
  /** A second. */
  readonly rate: number | null;
}

/** What can be asked of a node, by parts: each is one call, or a few of the same. */
export interface StateParts {
  readonly chain: ChainState;
  readonly network: NetworkState;
  readonly traffic: Traffic;
  readonly peers: readonly Peer[];
  readonly mempool: MempoolState;
  readonly fees: readonly FeeEstimate[];
  readonly tips: readonly ChainTip[];
  readonly bans: readonly Ban[];
  readonly addresses: readonly KnownAddresses[];
  readonly memory: LockedMemory;
  readonly transactions: TransactionRate;
  /** Seconds. */
  readonly uptime: number | null;
}

export type StatePart = keyof StateParts;

/** Where a node's state comes from: JSON-RPC over HTTP, or over its IPC socket. */
export interface StateSource {
  /**
   * Asks for one part. Parts that are asked for in the same turn of the event loop can go as one request.
   * @throws CorelensError as RpcCaller
   */
  read<Part extends StatePart>(part: Part): Promise<StateParts[Part]>;
}

/**
 * Whether the node answers:
 *
 *     unknown ──► up ◄──► gone        nothing answers, or something else does
 *                 ▲  ◄──► starting    it answers that it is not ready, or too late
 *                 └─────► refused     the cookie cannot be read, or it allows nothing
 */
export interface Availability {
  readonly status: "unknown" | "up" | "starting" | "gone" | "refused";
  /** UNIX milliseconds. */
  readonly since: number;
  /** Why it is not up. */
  readonly problem: Problem | null;
}

/** All that was read of a node; null what was not read, or what it does not tell. */
export type NodeState = { readonly [Part in StatePart]: StateParts[Part] | null } & {
  readonly availability: Availability;
  /** When each part was read, in UNIX milliseconds. */
  readonly read_at: Readonly<Partial<Record<StatePart, number>>>;
  /** Parts that the node refuses though it answers: an old release does not have them, or its whitelist. */
  readonly refused: Readonly<Partial<Record<StatePart, Problem>>>;
};
