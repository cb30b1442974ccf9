import type { ConnectedBlock } from "../../model/blocks/connected-block.ts";

/** Whom a message came from or went to. */
export interface StoryPeer {
  readonly id: number;
  readonly address: string;
  readonly connectionType: string;
}

/** A peer that said it has the block. Moments are nanoseconds since boot. */
export interface Announcement {
  readonly peer: StoryPeer;
  /** headers, cmpctblock or inv */
  readonly type: string;
  /** Blocks that the message names; more than a few when the node was catching up. */
  readonly among: number;
  readonly at: number;
}

/** A part of the block that was asked for or came. */
export interface Transfer {
  readonly kind: "requested" | "received";
  readonly what: "block" | "compact block" | "transactions";
  readonly peer: StoryPeer;
  /** Of `transactions` those asked for or sent; of a compact block those not sent along. */
  readonly transactions: number | null;
  /** Bytes of the message. */
  readonly size: number;
  readonly at: number;
}

export interface Connection extends ConnectedBlock {
  /** The end of it. */
  readonly at: number;
}

export interface Flush {
  /** In us. */
  readonly duration: number;
  readonly mode: string;
  readonly coins: number;
  readonly at: number;
}

/** What is known of a block, as far as it was seen. */
export interface BlockStory {
  readonly hash: string;
  /** When it was first heard of, in ms since the UNIX epoch. */
  readonly time: number;
  /** Each peer's first, in order of time. */
  readonly announcements: readonly Announcement[];
  /** In order of time. */
  readonly transfers: readonly Transfer[];
  /** Null while it is not part of the chain. */
  readonly connection: Connection | null;
  /** Coins of the UTXO cache; null where they were not traced. */
  readonly coins: { readonly added: number; readonly spent: number } | null;
  readonly flush: Flush | null;
  /** Transactions that left the mempool: mined, or in conflict with what was. */
  readonly removed: {
    readonly block: number;
    readonly conflict: number;
    readonly at: number;
  } | null;
  /** Peers that were told of it, the first of them and when; null when none was. */
  readonly relay: { readonly peers: number; readonly type: string; readonly at: number } | null;
}

/** A step on the way of a block, which began when the one before ended. */
export interface Stage {
  readonly name: "requested" | "received" | "checked" | "connected" | "flushed" | "mempool";
  /** In ns since the block was first heard of. */
  readonly at: number;
  readonly took: number;
  readonly transfer: Transfer | null;
}

/**
 * When it was first heard of, in ns since boot; a block that came from no peer begins with its connection. What was
 * heard afterwards is an echo.
 */
export function originOf({ announcements, transfers, connection, relay }: BlockStory): number {
  const end = connection?.at ?? Number.POSITIVE_INFINITY;
  const moments = [announcements[0]?.at, transfers[0]?.at, relay?.at];
  const before = moments.filter((at) => at !== undefined && at < end) as number[];
  return Math.min(...before, connection ? beginOf(connection) : end);
}

/** Whether peers announced it only after it was connected: it came another way. */
export function isEchoed({ announcements: [first], connection }: BlockStory): boolean {
  return first !== undefined && connection !== null && first.at > connection.at;
}

/**
 * The way of a block, step by step:
 *
 *     announced ─► requested ─► received ─► … ─► checked ─► connected ─► flushed ─► mempool
 *                                                (stored, waiting for locks)
 *
 * What was still asked for or came after it was complete is not part of its way.
 */
export function stagesOf(story: BlockStory): Stage[] {
  const { connection, flush, removed } = story;
  const end = connection?.at ?? Number.POSITIVE_INFINITY;
  const transfers = story.transfers.filter(({ at }) => at < end);
  const last = transfers.at(-1);
  const steps: [Stage["name"], number, Transfer | null][] = transfers.map((transfer) => [
    transfer.kind,
    transfer.at,
    transfer,
  ]);
  if (connection && last) steps.push(["checked", Math.max(last.at, beginOf(connection)), null]);
  if (connection) steps.push(["connected", connection.at, null]);
  if (flush) steps.push(["flushed", flush.at, null]);
  if (removed) steps.push(["mempool", removed.at, null]);
  const origin = originOf(story);
  let before = origin;
  return steps
    .toSorted(([, a], [, b]) => a - b)
    .map(([name, at, transfer]) => {
      const stage = { name, at: at - origin, took: at - before, transfer };
      before = at;
      return stage;
    });
}

function beginOf({ at, duration }: Connection): number {
  return at - duration;
}
