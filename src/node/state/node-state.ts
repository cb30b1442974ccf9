import type { Problem } from "../../errors.ts";

/**
 * The state that a node reports, over any transport. A name that also occurs in events has the same meaning there.
 * Units: bytes, satoshi, sat/vB for fee rates, seconds; times are UNIX seconds. A value that the node's release does not
 * report is null.
 */

export interface Version {
  /** `310000` for v31.0. */
  readonly version: number | null;
  /** `/Satoshi:31.0.0/`, with the comments of `-uacomment`. */
  readonly user_agent: string | null;
  readonly protocol_version: number | null;
}

/** getblockchaininfo */
export interface ChainState {
  /** `main`, `test`, `testnet4`, `signet`, `regtest`. */
  readonly chain: string | null;
  readonly height: number | null;
  /** Height of the best known headers. */
  readonly headers: number | null;
  readonly hash: string | null;
  /** The time in the header of the last block. */
  readonly block_time: number | null;
  readonly median_time: number | null;
  readonly difficulty: number | null;
  /** Estimate, 0 to 1. */
  readonly verification_progress: number | null;
  readonly initial_block_download: boolean | null;
  readonly size_on_disk: number | null;
  readonly pruned: boolean | null;
  /** Height of the first stored block. */
  readonly prune_height: number | null;
  readonly prune_target_size: number | null;
  /** Validation of the blocks below an assumeutxo snapshot; null without a snapshot. */
  readonly background: BackgroundValidation | null;
  readonly warnings: readonly string[];
}

export interface BackgroundValidation {
  readonly height: number | null;
  readonly snapshot_height: number | null;
  readonly verification_progress: number | null;
}

/** getnetworkinfo */
export interface NetworkState extends Version {
  readonly active: boolean | null;
  readonly connections: number | null;
  readonly connections_in: number | null;
  readonly connections_out: number | null;
  /** Whether the node requests transactions from peers. */
  readonly local_relay: boolean | null;
  readonly local_services: readonly string[];
  /** Median of the peers' clock offsets, in seconds. */
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

/** getnettotals: bytes since the node's start. */
export interface Traffic {
  readonly bytes_received: number | null;
  readonly bytes_sent: number | null;
  /** The node's clock, UNIX milliseconds. */
  readonly time_ms: number | null;
  /** Bytes per day; 0 for no limit. */
  readonly upload_target: number | null;
  readonly upload_target_reached: boolean | null;
  readonly upload_bytes_left: number | null;
}

/** getpeerinfo: a connected peer. */
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
  /** Age of a ping without a pong. */
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
  /** Share of the node's time spent on its messages, in builds that measure it. */
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
  /** The minimum fee rate that the mempool accepts, in sat/vB. */
  readonly min_fee_rate: number | null;
  readonly min_relay_fee_rate: number | null;
  readonly incremental_fee_rate: number | null;
  /** Own transactions that no peer has requested yet. */
  readonly unbroadcast: number | null;
}

/** estimatesmartfee: the fee rate that confirms within `target` blocks. */
export interface FeeEstimate {
  readonly target: number;
  /** In sat/vB; null if the node has too little data. */
  readonly fee_rate: number | null;
}

/** getchaintips: the tip of a branch. */
export interface ChainTip {
  readonly height: number | null;
  readonly hash: string | null;
  /** Blocks since the fork from the active chain; 0 for the active chain. */
  readonly branch_length: number | null;
  /** `active`, `valid-fork`, `valid-headers`, `headers-only`, `invalid`. */
  readonly status: string | null;
}

/** listbanned */
export interface Ban {
  /** An address or a subnet, such as `203.0.113.0/24`. */
  readonly address: string | null;
  readonly created: number | null;
  readonly until: number | null;
}

/** getaddrmaninfo, since v26: addresses of possible peers in a network. */
export interface KnownAddresses {
  /** `all_networks` for the sum. */
  readonly network: string;
  readonly new: number | null;
  readonly tried: number | null;
}

/** getmemoryinfo: memory that cannot be swapped out. */
export interface LockedMemory {
  readonly used: number | null;
  readonly free: number | null;
  readonly total: number | null;
  readonly locked: number | null;
  readonly chunks_used: number | null;
  readonly chunks_free: number | null;
}

/** getchaintxstats over the month before the last block. */
export interface TransactionRate {
  /** Since the first block. */
  readonly transactions: number | null;
  /** Per second. */
  readonly rate: number | null;
}

/** The parts of a node's state. Each needs one call, or several calls of the same method. */
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

/** A source of a node's state: JSON-RPC over HTTP or over the IPC socket. */
export interface StateSource {
  /**
   * Reads one part. Parts that are requested in the same turn of the event loop can share one request.
   * @throws CorelensError as RpcCaller
   */
  read<Part extends StatePart>(part: Part): Promise<StateParts[Part]>;
}

/**
 * Whether the node replies:
 *
 *     unknown ──► up ◄──► gone        no reply, or the server is not a node
 *                 ▲  ◄──► starting    the node is not ready, or replies too late
 *                 └─────► refused     the cookie is unreadable, or it allows no call
 */
export interface Availability {
  readonly status: "unknown" | "up" | "starting" | "gone" | "refused";
  /** UNIX milliseconds. */
  readonly since: number;
  /** The reason if the node is not up, else null. */
  readonly problem: Problem | null;
}

/** The state of a node; a part is null if it was not read, or the node does not report it. */
export type NodeState = { readonly [Part in StatePart]: StateParts[Part] | null } & {
  readonly availability: Availability;
  /** The time when each part was read, in UNIX milliseconds. */
  readonly read_at: Readonly<Partial<Record<StatePart, number>>>;
  /** Parts that the node refuses although it is up: its release does not have them, or its whitelist forbids them. */
  readonly refused: Readonly<Partial<Record<StatePart, Problem>>>;
};
