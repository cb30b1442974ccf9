import type { Problem } from "../errors.ts";

/**
 * The state that the node reports through RPC or IPC, as far as the model uses it. It complements the events, which do
 * not show, for example, the transactions and peers that were there before tracing began. A part is null if it was not
 * read. Units: bytes, sat/vB; times are UNIX seconds.
 */
export interface NodeReport {
  readonly availability: {
    readonly status: "unknown" | "up" | "starting" | "gone" | "refused";
    readonly problem: Problem | null;
  };
  readonly chain: {
    readonly chain: string | null;
    readonly height: number | null;
    readonly headers: number | null;
    readonly block_time: number | null;
    readonly verification_progress: number | null;
    readonly initial_block_download: boolean | null;
    readonly warnings: readonly string[];
  } | null;
  readonly network: {
    readonly user_agent: string | null;
    readonly active: boolean | null;
    readonly connections_in: number | null;
    readonly connections_out: number | null;
  } | null;
  readonly mempool: {
    readonly transactions: number | null;
    readonly vsize: number | null;
    readonly memory_usage: number | null;
    readonly memory_max: number | null;
    readonly min_fee_rate: number | null;
  } | null;
  readonly peers: readonly PeerReport[] | null;
}

export interface PeerReport {
  readonly peer_id: number;
  readonly address: string | null;
  readonly network: string | null;
  readonly connection_type: string | null;
  readonly transport: string | null;
  readonly user_agent: string | null;
  readonly time_connected: number | null;
  readonly bytes_sent: number | null;
  readonly bytes_received: number | null;
  readonly ping_seconds: number | null;
  readonly min_ping_seconds: number | null;
  /** In sat/vB. */
  readonly fee_filter: number | null;
  readonly relays_transactions: boolean | null;
  readonly addresses_rate_limited: number | null;
  readonly synced_blocks: number | null;
}
