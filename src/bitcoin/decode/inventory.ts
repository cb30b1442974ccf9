import { INVENTORY } from "../inventory.ts";
import { list, type Read, struct } from "./fields.ts";

/** One entry of inv, getdata or notfound. */
export interface InventoryEntry {
  /** The kind's name in the protocol; its number if it has no name. */
  readonly kind: InventoryKind | number;
  readonly hash: string;
}

const KINDS = {
  [INVENTORY.tx]: "tx",
  [INVENTORY.block]: "block",
  [INVENTORY.filteredBlock]: "filtered_block",
  [INVENTORY.compactBlock]: "compact_block",
  [INVENTORY.wtx]: "wtx",
  [INVENTORY.witnessTx]: "witness_tx",
  [INVENTORY.witnessBlock]: "witness_block",
  [INVENTORY.filteredWitnessBlock]: "filtered_witness_block",
} as const;

export type InventoryKind = (typeof KINDS)[keyof typeof KINDS];

const NAMES: Readonly<Record<number, InventoryKind>> = KINDS;

export function kindName(kind: number): InventoryKind | number {
  return NAMES[kind] ?? kind;
}

export interface InventoryFields {
  readonly items: readonly InventoryEntry[];
}

export const readInventory: Read<InventoryFields> = struct({
  items: list((reader) => ({ kind: kindName(reader.u32()), hash: reader.hash() })),
});
