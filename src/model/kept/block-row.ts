import type { BlockDocument } from "../blocks/block-document.ts";
import type { ConnectedBlock } from "../blocks/connected-block.ts";
import type { KeptRow } from "./tables.ts";

/** A block at the moment when it was connected: nothing else is known of it yet. Times in ms since the epoch. */
export function connectedRow(
  { duration_ns, ...block }: ConnectedBlock,
  pid: number,
  time: number,
): KeptRow<"blocks"> {
  return { ...UNKNOWN, ...block, pid, time, updated: time, connecting_ns: duration_ns };
}

/** A block with its life. @param updated ms since the epoch */
export function blockRow(document: BlockDocument, updated: number): KeptRow<"blocks"> {
  const { pid, height, hash, block, first, coins, flush } = document;
  return {
    time: document.connected_time,
    updated,
    ...{ pid, height, hash },
    transactions: block?.transactions ?? null,
    inputs: block?.inputs ?? null,
    sigops_cost: block?.sigops_cost ?? null,
    connecting_ns: block?.duration_ns ?? null,
    seen_to_connected_ns: document.seen_to_connected_ns,
    first_seen: document.seen_to_connected_ns === null ? null : document.time,
    first_peer_id: first?.peer_id ?? null,
    first_address: first?.address ?? null,
    first_msg_type: first?.msg_type ?? null,
    lead_ns: first?.lead_ns ?? null,
    announcements: document.announcements.length,
    coins_added: coins?.added ?? null,
    coins_spent: coins?.spent ?? null,
    flush_ns: flush?.duration_ns ?? null,
    stale: document.stale,
    document,
  };
}

const UNKNOWN = {
  seen_to_connected_ns: null,
  first_seen: null,
  first_peer_id: null,
  first_address: null,
  first_msg_type: null,
  lead_ns: null,
  announcements: null,
  coins_added: null,
  coins_spent: null,
  flush_ns: null,
  stale: false,
  document: null,
} as const;
