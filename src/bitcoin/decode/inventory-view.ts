import { displayHashAt } from "../hash.ts";
import { type InventoryKind, kindName } from "./inventory.ts";
import { ByteReader } from "./reader.ts";

const KIND_LENGTH = 4;
const ENTRY_LENGTH = KIND_LENGTH + 32;

/** The entries of an inv, getdata or notfound, without an object for each. Accepts any bytes. */
export class InventoryView {
  /** The number of complete entries. */
  readonly length: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #begin: number;

  constructor(payload: Uint8Array) {
    const reader = new ByteReader(payload);
    const declared = reader.count();
    this.#bytes = payload;
    this.#view = new DataView(payload.buffer, payload.byteOffset, payload.length);
    this.#begin = reader.at;
    this.length = Math.min(declared, Math.floor((payload.length - reader.at) / ENTRY_LENGTH));
  }

  /** The kind of entry `i` (less than `length`); its number if it has no name in the protocol. */
  kind(i: number): InventoryKind | number {
    return kindName(this.#view.getUint32(this.#begin + i * ENTRY_LENGTH, true));
  }

  /** The hash of entry `i`, in display order. */
  hash(i: number): string {
    return displayHashAt(this.#bytes, this.#begin + i * ENTRY_LENGTH + KIND_LENGTH);
  }
}
