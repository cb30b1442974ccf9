import { CorelensError } from "../../errors.ts";
import type { ArgumentType } from "../argument-type.ts";

export const MAX_ARGUMENTS = 12;

const SLOT_BYTES = 8 * MAX_ARGUMENTS;
const SCRATCH_BYTES = 0x1_0000;
const HASH_BYTES = 32;

/**
 * The memory that holds the arguments of a call. All tracepoints share it, because calls never overlap:
 *
 *     ┌────────┬────────┬─────┬─────────┬──────────────────────────────────────┐
 *     │ slot 0 │ slot 1 │ ... │ slot 11 │ scratch: "inv\0", hash, "inbound\0"  │
 *     └────────┴────────┴─────┴─────────┴──────────────────────────────────────┘
 *
 * The slot of an integer or bool holds its value as a 64-bit word, extended by sign. Texts and hashes are copied into
 * the scratch area, and their slot points there. A text that does not fit gets memory of its own. Byte arrays are not
 * copied: their slot points to the array's own memory.
 */
export class Slots {
  /** The address of slot 0. */
  readonly address: number;
  readonly #addressOf: (array: Uint8Array) => bigint;
  readonly #memory = Buffer.from(new ArrayBuffer(SLOT_BYTES + SCRATCH_BYTES));
  readonly #words = new BigInt64Array(this.#memory.buffer, 0, MAX_ARGUMENTS);
  readonly #halves = new Int32Array(this.#memory.buffer, 0, 2 * MAX_ARGUMENTS);
  #scratchEnd = SLOT_BYTES;
  /** Texts outside the scratch area. The references keep them alive until the next call. */
  #longTexts: Buffer[] = [];

  constructor(addressOf: (array: Uint8Array) => bigint) {
    this.#addressOf = addressOf;
    this.address = Number(addressOf(this.#memory));
  }

  /**
   * Writes the arguments of a call into the slots.
   * @throws CorelensError ARGUMENT_INVALID if a value has the wrong type or is out of range
   */
  write(probe: string, types: readonly ArgumentType[], values: readonly unknown[]): void {
    if (values.length !== types.length) {
      throw new CorelensError(
        "ARGUMENT_INVALID",
        `${probe}: ${values.length} arguments instead of ${types.length}`,
      );
    }
    this.#scratchEnd = SLOT_BYTES;
    this.#longTexts = [];
    for (let slot = 0; slot < types.length; slot++) {
      if (!this.#writeSlot(types[slot]!, slot, values[slot])) {
        throw new CorelensError(
          "ARGUMENT_INVALID",
          `${probe}: argument ${slot + 1} must be ${EXPECTED[types[slot]!]}, not ${shown(values[slot])}`,
        );
      }
    }
  }

  /** @returns false if the value has the wrong type or is out of range */
  #writeSlot(type: ArgumentType, slot: number, value: unknown): boolean {
    switch (type) {
      case "int64":
        return typeof value === "bigint"
          ? BigInt.asIntN(64, value) === value && this.#setBigInt(slot, value)
          : this.#setInteger(slot, value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
      case "uint64":
        return typeof value === "bigint"
          ? BigInt.asUintN(64, value) === value && this.#setBigInt(slot, value)
          : this.#setInteger(slot, value, 0, Number.MAX_SAFE_INTEGER);
      case "int32":
        return this.#setInteger(slot, value, -0x8000_0000, 0x7fff_ffff);
      case "uint32":
        return this.#setInteger(slot, value, 0, 0xffff_ffff);
      case "int16":
        return this.#setInteger(slot, value, -0x8000, 0x7fff);
      case "uint16":
        return this.#setInteger(slot, value, 0, 0xffff);
      case "int8":
        return this.#setInteger(slot, value, -0x80, 0x7f);
      case "uint8":
        return this.#setInteger(slot, value, 0, 0xff);
      case "bool":
        return typeof value === "boolean" && this.#setInteger(slot, Number(value), 0, 1);
      case "string":
        return typeof value === "string" && this.#setText(slot, value);
      case "hash":
        return this.#setHash(slot, value);
      case "bytes":
        return value instanceof Uint8Array && this.#setBigInt(slot, this.#addressOf(value));
    }
  }

  #setInteger(slot: number, value: unknown, min: number, max: number): boolean {
    if (!Number.isInteger(value)) return false;
    const integer = value as number;
    if (integer < min || integer > max) return false;
    this.#halves[2 * slot] = integer;
    this.#halves[2 * slot + 1] = Math.floor(integer / 2 ** 32);
    return true;
  }

  #setBigInt(slot: number, value: bigint): true {
    this.#words[slot] = value;
    return true;
  }

  #setText(slot: number, text: string): true {
    const longest = 3 * text.length + 1;
    if (longest > this.#memory.length - this.#scratchEnd) {
      const bytes = Buffer.from(`${text}\0`);
      this.#longTexts.push(bytes);
      return this.#setBigInt(slot, this.#addressOf(bytes));
    }
    const start = this.#scratchEnd;
    const length = this.#memory.write(text, start);
    this.#memory[start + length] = 0;
    return this.#setPointer(slot, start, length + 1);
  }

  #setHash(slot: number, hash: unknown): boolean {
    const start = this.#scratchEnd;
    const end = start + HASH_BYTES;
    if (typeof hash === "string") {
      if (hash.length !== 2 * HASH_BYTES) return false;
      if (this.#memory.write(hash, start, "hex") !== HASH_BYTES) return false;
      this.#memory.subarray(start, end).reverse();
    } else {
      if (!(hash instanceof Uint8Array) || hash.length !== HASH_BYTES) return false;
      this.#memory.set(hash, start);
    }
    return this.#setPointer(slot, start, HASH_BYTES);
  }

  /** Lets the slot point to the scratch area at `start`, and reserves `length` bytes there. */
  #setPointer(slot: number, start: number, length: number): true {
    this.#scratchEnd = start + length;
    this.#setInteger(slot, this.address + start, 0, Number.MAX_SAFE_INTEGER);
    return true;
  }
}

const EXPECTED: Record<ArgumentType, string> = {
  int64: "an integer from -2^63 to 2^63 - 1 (a bigint beyond 2^53)",
  uint64: "an integer from 0 to 2^64 - 1 (a bigint beyond 2^53)",
  int32: "an integer from -2^31 to 2^31 - 1",
  uint32: "an integer from 0 to 2^32 - 1",
  int16: "an integer from -32768 to 32767",
  uint16: "an integer from 0 to 65535",
  int8: "an integer from -128 to 127",
  uint8: "an integer from 0 to 255",
  bool: "a boolean",
  string: "a string",
  hash: "64 hex digits (display order) or a Uint8Array of 32 bytes (internal order)",
  bytes: "a Uint8Array",
};

/** Describes a value in an error message: `-1`, `a string of 3 characters`, `undefined`. */
function shown(value: unknown): string {
  if (typeof value === "string") return `a string of ${value.length} characters`;
  if (value instanceof Uint8Array) return `a Uint8Array of ${value.length} bytes`;
  if (typeof value === "function") return "a function";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
