import type { CauseDocument } from "../causes/causes.ts";
import {
  type BlockMessage,
  isAnnouncement,
  isReceipt,
  isRelay,
  isRequest,
} from "./block-message.ts";
import type { ConnectedBlock } from "./connected-block.ts";

/** What was seen of a block. Moments (`at_ns`) count from when it was first seen. */
export interface BlockLife {
  readonly hash: string | null;
  /** Null while it is not connected. */
  readonly height: number | null;
  /** The node's process. */
  readonly pid: number;
  /** When it was first seen, in ms since the epoch: its first message, otherwise when connecting it began. */
  readonly time: number;
  /** Whether a reorganisation replaced it. */
  readonly stale: boolean;
  /** In order of time. */
  readonly messages: readonly BlockMessage[];
  readonly connection: Connection | null;
  /** Coins of the UTXO cache; null where they were not traced from the block's first one on. */
  readonly coins: { readonly added: number; readonly spent: number } | null;
  /** The write of the UTXO cache to disk that followed the connection. */
  readonly flush: {
    readonly at_ns: number;
    readonly duration_ns: number | null;
    readonly mode: string | null;
    readonly coins: number | null;
  } | null;
  /** Transactions that left the mempool: confirmed by the block, or in conflict with it. */
  readonly removed: {
    readonly at_ns: number;
    readonly block: number;
    readonly conflict: number;
  } | null;
}

export interface Connection extends Omit<ConnectedBlock, "hash" | "height"> {
  /** The end of it. */
  readonly at_ns: number;
  /** The same in ms since the epoch. */
  readonly time: number;
  /** The message that made the node connect it; null if none certainly did. */
  readonly cause: CauseDocument | null;
}

/** A step of a block's life; it began when the step before ended. */
export interface Stage {
  readonly stage: "requested" | "received" | "checked" | "connected" | "flushed" | "mempool";
  readonly at_ns: number;
  readonly took_ns: number;
  readonly message: BlockMessage | null;
}

/** What the time from the first message to the end of connecting was spent on. */
export interface BlockParts {
  /** On its way to the node, or waiting its turn in it. */
  readonly waiting_ns: number;
  /** From requesting transactions that the mempool lacks to the answer. */
  readonly requesting_ns: number;
  /** Checking it and updating the UTXO set. */
  readonly connecting_ns: number;
}

const HEADER_TYPES = new Set(["headers", "cmpctblock", "block"]);

/** Peers that announced the block, each with its first announcement. */
export function announcementsOf({ messages }: BlockLife): BlockMessage[] {
  return firstOfEachPeer(messages.filter(isAnnouncement));
}

/** The announcement that reached the node before it had connected the block; null when there was none. */
export function firstAnnouncementOf(life: BlockLife): BlockMessage | null {
  const first = life.messages.find(isAnnouncement);
  return first !== undefined && isBefore(first, life.connection) ? first : null;
}

/** The message that brought the header; `inv` has none. Null when there was none before the connection. */
export function headerOf({ messages, connection }: BlockLife): BlockMessage | null {
  const header = messages.find(
    ({ direction, msg_type }) => direction === "in" && HEADER_TYPES.has(msg_type),
  );
  return header !== undefined && isBefore(header, connection) ? header : null;
}

/** How long before the second peer the first one announced the block; null when only one did. */
export function leadOf(life: BlockLife): number | null {
  const [first, second] = announcementsOf(life);
  return first && second ? second.at_ns - first.at_ns : null;
}

/** Peers that the node announced the block to, each with the first announcement. */
export function relaysOf({ messages }: BlockLife): BlockMessage[] {
  return firstOfEachPeer(messages.filter(isRelay));
}

/** Time from the first message to the end of connecting; null where no message came before. */
export function seenToConnected({ messages: [first], connection }: BlockLife): number | null {
  return first && connection && isBefore(first, connection) ? connection.at_ns - first.at_ns : null;
}

/** Whether the payload of a message was unknown, so that the message may be about another block. */
export function isGuessed({ messages }: BlockLife): boolean {
  return messages.some(({ guessed }) => guessed);
}

/**
 * The life of a block, step by step:
 *
 *     announced ─► requested ─► received ─► … ─► checked ─► connected ─► flushed ─► mempool
 *                                                (stored, waiting for locks)
 *
 * What is requested or received after the block is connected is no step of it.
 */
export function stagesOf(life: BlockLife): Stage[] {
  const { connection, flush, removed } = life;
  const transfers = life.messages.filter(
    (message) => (isRequest(message) || isReceipt(message)) && isBefore(message, connection),
  );
  const last = transfers.at(-1);
  const steps: Omit<Stage, "took_ns">[] = transfers.map((message) => ({
    stage: isRequest(message) ? "requested" : "received",
    at_ns: message.at_ns,
    message,
  }));
  const add = (stage: Stage["stage"], at_ns: number) => steps.push({ stage, at_ns, message: null });
  if (connection && last) add("checked", Math.max(last.at_ns, beginOf(connection)));
  if (connection) add("connected", connection.at_ns);
  if (flush) add("flushed", flush.at_ns);
  if (removed) add("mempool", removed.at_ns);
  let before = 0;
  return steps
    .toSorted((a, b) => a.at_ns - b.at_ns)
    .map((step) => {
      const took_ns = step.at_ns - before;
      before = step.at_ns;
      return { ...step, took_ns };
    });
}

/** Null where no message came before the connection. */
export function partsOf(life: BlockLife): BlockParts | null {
  const whole = seenToConnected(life);
  if (whole === null) return null;
  const connecting_ns = Math.min(Math.max(0, life.connection!.duration_ns ?? 0), whole);
  const requesting_ns = Math.min(longestRequest(life), whole - connecting_ns);
  return { waiting_ns: whole - connecting_ns - requesting_ns, requesting_ns, connecting_ns };
}

/** The longest time that a peer took to send missing transactions; peers are asked in parallel. */
function longestRequest({ messages, connection }: BlockLife): number {
  const requested = new Map<number, number>();
  let longest = 0;
  for (const message of messages) {
    if (!isBefore(message, connection)) break;
    const { msg_type, direction, peer, at_ns } = message;
    if (msg_type === "getblocktxn" && direction === "out") requested.set(peer.id, at_ns);
    const since = requested.get(peer.id);
    if (msg_type === "blocktxn" && direction === "in" && since !== undefined) {
      longest = Math.max(longest, at_ns - since);
    }
  }
  return longest;
}

function firstOfEachPeer(messages: readonly BlockMessage[]): BlockMessage[] {
  const firsts = new Map<number, BlockMessage>();
  for (const message of messages) {
    if (!firsts.has(message.peer.id)) firsts.set(message.peer.id, message);
  }
  return [...firsts.values()];
}

function isBefore({ at_ns }: BlockMessage, connection: Connection | null): boolean {
  return connection === null || at_ns < connection.at_ns;
}

function beginOf({ at_ns, duration_ns }: Connection): number {
  return at_ns - Math.max(0, duration_ns ?? 0);
}
