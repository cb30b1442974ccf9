import { displayHash, sha256d } from "./hash.ts";
import { INVENTORY } from "./inventory.ts";

/** A block that a message announces, asks for or carries. */
export interface BlockMention {
  /** As people write it. */
  readonly hash: string;
  /** Transactions: of `block` all, of `cmpctblock` those not sent along, else those asked for or sent. */
  readonly transactions?: number;
  /** Asked for as a compact block (BIP 152). */
  readonly compact?: true;
}

const HEADER = 80;
const HASH = 32;
const INVENTORY_ITEM = 36;
const NONCE = 8;

/**
 * The blocks that a message is about, from the beginning of its payload: a payload that was cut has fewer of them, one
 * that is odd has none.
 */
export function blocksIn(type: string, payload: Uint8Array): BlockMention[] {
  switch (type) {
    case "headers":
      // A header has the number of its block's transactions behind it, which is 0 here.
      return entries(payload, HEADER + 1).map((at) => ({ hash: headerHash(payload, at) }));
    case "inv":
    case "getdata":
      return entries(payload, INVENTORY_ITEM).flatMap((at) => inventoryMention(payload, at));
    case "block":
      return mention(payload, HEADER, headerHash, HEADER);
    case "cmpctblock":
      return mention(payload, HEADER, headerHash, HEADER + NONCE);
    case "getblocktxn":
    case "blocktxn":
      return mention(payload, HASH, hashAt, HASH);
    default:
      return [];
  }
}

/** @param countAt where a number of transactions lies, when the payload is that long */
function mention(
  payload: Uint8Array,
  least: number,
  hash: (payload: Uint8Array, at: number) => string,
  countAt: number,
): BlockMention[] {
  if (payload.length < least) return [];
  const count = compactSize(payload, countAt);
  return [{ hash: hash(payload, 0), ...(count !== null && { transactions: count.value }) }];
}

function inventoryMention(payload: Uint8Array, at: number): BlockMention[] {
  const kind = viewOf(payload).getUint32(at, true);
  const hash = hashAt(payload, at + 4);
  if (kind === INVENTORY.compactBlock) return [{ hash, compact: true }];
  return kind === INVENTORY.block || kind === INVENTORY.witnessBlock ? [{ hash }] : [];
}

/** Offsets of the entries of a list that are whole. */
function entries(payload: Uint8Array, size: number): number[] {
  const count = compactSize(payload, 0);
  if (count === null) return [];
  const whole = Math.floor((payload.length - count.length) / size);
  return Array.from(
    { length: Math.min(count.value, whole) },
    (_, index) => count.length + index * size,
  );
}

/** `fc` | `fd fd00` | `fe 00000100`; null where there is none, and for eight bytes, which no list needs. */
function compactSize(
  payload: Uint8Array,
  at: number,
): { readonly value: number; readonly length: number } | null {
  const view = viewOf(payload);
  const first = payload[at];
  if (first === undefined || first === 0xff) return null;
  if (first < 0xfd) return { value: first, length: 1 };
  const length = first === 0xfd ? 3 : 5;
  if (at + length > payload.length) return null;
  const value = length === 3 ? view.getUint16(at + 1, true) : view.getUint32(at + 1, true);
  return { value, length };
}

function headerHash(payload: Uint8Array, at: number): string {
  return displayHash(sha256d(payload.subarray(at, at + HEADER)));
}

function hashAt(payload: Uint8Array, at: number): string {
  return displayHash(payload.subarray(at, at + HASH));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
