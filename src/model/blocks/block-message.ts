import { blocksIn } from "../../bitcoin/decode/block-mention.ts";
import type { RawEvent } from "../../event/event.ts";
import { numberIn, textIn } from "../../event/fields.ts";
import type { Direction } from "../../event/message.ts";
import { isInbound, payloadOf } from "../../event/message.ts";

export interface BlockPeer {
  readonly id: number;
  readonly address: string | null;
  readonly connection_type: string | null;
}

/** A message between the node and a peer that is about a block. */
export interface BlockMessage {
  /** In ns: since boot in a draft, since the block was first seen in a `BlockLife`. */
  readonly at_ns: number;
  readonly direction: Direction;
  readonly peer: BlockPeer;
  readonly msg_type: string;
  /** In bytes. */
  readonly size: number;
  /** Of `block` all, of `cmpctblock` those not included, otherwise those requested or sent; null when unknown. */
  readonly transactions: number | null;
  /** How many blocks the message is about; more than a few while the node catches up. */
  readonly among: number;
  /** Whether a `getdata` requests a compact block. */
  readonly is_compact: boolean;
  /** Whether only its type and time connect it with the block, because its payload is unknown. */
  readonly guessed: boolean;
}

/** A message together with the blocks that its payload names; null when the payload is unknown. */
export interface ReadMessage {
  readonly message: BlockMessage;
  readonly hashes: ReadonlyMap<string, BlockMessage> | null;
}

const TYPES = new Set([
  ...["headers", "inv", "cmpctblock", "getdata", "getblocktxn", "block", "blocktxn"],
]);
const ANNOUNCING = new Set(["headers", "inv", "cmpctblock"]);
const CARRYING = new Set(["block", "cmpctblock", "blocktxn"]);
const REQUESTING = new Set(["getdata", "getblocktxn"]);
/** Every message about a block names its first block within this length. */
const FIRST_BLOCK_END = 82;

/** Null for messages of other types, and for those whose peer is unknown. */
export function readBlockMessage(event: RawEvent): ReadMessage | null {
  const type = textIn(event, "msg_type");
  const id = numberIn(event, "peer_id");
  if (type === null || !TYPES.has(type) || id === null) return null;
  const payload = payloadOf(event);
  const size = numberIn(event, "size") ?? payload.length;
  const message: BlockMessage = {
    at_ns: Number(event.ktime),
    direction: isInbound(event) ? "in" : "out",
    peer: {
      id,
      address: textIn(event, "address"),
      connection_type: textIn(event, "connection_type"),
    },
    msg_type: type,
    size,
    transactions: null,
    among: 1,
    is_compact: false,
    guessed: true,
  };
  const mentions = blocksIn(type, payload);
  if (mentions.length === 0 && payload.length < Math.min(size, FIRST_BLOCK_END)) {
    return { message, hashes: null };
  }
  const hashes = mentions.map(({ hash, transactions = null, compact = false }) => {
    const details = { transactions, among: mentions.length, is_compact: compact, guessed: false };
    return [hash, { ...message, ...details }] as const;
  });
  return { message, hashes: new Map(hashes) };
}

/** A peer announces to the node that it has the block. */
export function isAnnouncement({ direction, msg_type }: BlockMessage): boolean {
  return direction === "in" && ANNOUNCING.has(msg_type);
}

/** The node requests the block or a part of it. */
export function isRequest({ direction, msg_type }: BlockMessage): boolean {
  return direction === "out" && REQUESTING.has(msg_type);
}

/** The block, or a part of it, reaches the node. */
export function isReceipt({ direction, msg_type }: BlockMessage): boolean {
  return direction === "in" && CARRYING.has(msg_type);
}

/** The node announces the block to a peer, or sends a peer the compact block. */
export function isRelay({ direction, msg_type }: BlockMessage): boolean {
  return direction === "out" && ANNOUNCING.has(msg_type);
}

/** A peer requests the block from the node, or gets what it requested. */
export function isServing(message: BlockMessage): boolean {
  return !(isAnnouncement(message) || isRequest(message) || isReceipt(message) || isRelay(message));
}
