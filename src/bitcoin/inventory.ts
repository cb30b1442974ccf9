import { ByteWriter } from "./writer.ts";

/** Requests a transaction or block with its witness. */
const WITNESS_FLAG = 0x4000_0000;

/** The kinds of inventory entries. */
export const INVENTORY = {
  tx: 1,
  block: 2,
  /** BIP 37: a merkleblock. */
  filteredBlock: 3,
  /** BIP 152; only in getdata, never in inv. */
  compactBlock: 4,
  /** BIP 339: a transaction by its wtxid. */
  wtx: 5,
  witnessTx: 1 | WITNESS_FLAG,
  witnessBlock: 2 | WITNESS_FLAG,
  /** Reserved by BIP 144, never used. */
  filteredWitnessBlock: 3 | WITNESS_FLAG,
} as const;

/** One entry of inv, getdata or notfound. */
export interface InventoryItem {
  /** A number in `INVENTORY`, or any other number. */
  readonly kind: number;
  /** 32 bytes as serialised. */
  readonly hash: Uint8Array;
}

export function serializeInventory(items: readonly InventoryItem[]): Uint8Array {
  const writer = new ByteWriter(3 + 36 * items.length);
  return writer.vector(items, ({ kind, hash }) => writer.u32(kind).bytes(hash)).finish();
}
