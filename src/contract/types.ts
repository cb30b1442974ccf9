import type { ArgumentType } from "../usdt/argument-type.ts";

/** The types of the contract: the fields of each tracepoint in each release. */

/**
 * The types of fields: how the node passes them, and how they are decoded.
 *
 * | type | passed as | decoded as |
 * |---|---|---|
 * | int64, uint64 | 8 bytes | number when exact, else bigint |
 * | int32, uint32, int16, uint16, int8, uint8 | that many bytes | number |
 * | bool | 1 byte, only the low byte defined | boolean |
 * | string | pointer to a NUL-terminated string | string |
 * | hash | pointer to 32 bytes, little-endian | 64 hex digits in display order (reversed) |
 * | bytes | pointer to bytes; the field named by `length` has their number | Uint8Array |
 * | float64, float32 | 8 or 4 bytes, IEEE 754 | number |
 * | words | a value of `size` bytes, such as a struct | its words of 8 bytes, the lowest first: numbers or bigints |
 */
export type FieldType = ArgumentType | FloatType | "words";

export type FloatType = "float64" | "float32";

export type Unit = "sat" | "vB" | "B" | "ns" | "us" | "UNIX s";

/** One argument of a tracepoint. */
export interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** One sentence: the meaning of the value, with its traps. */
  readonly meaning: string;
  readonly unit?: Unit;
  /** Strings: the normal maximum length in characters, without the NUL. Longer ones are still read completely. */
  readonly maxLength?: number;
  /** bytes: the name of the field that holds their number. */
  readonly length?: string;
  /** words: the number of their bytes. */
  readonly size?: number;
  /** Present if no site of the binary can read it: the argument and the reason. */
  readonly unreadable?: string;
  /** Names of the values of an enumeration; a value without a name decodes to its number. */
  readonly values?: Readonly<Record<number, string>>;
}

/** The arguments in their order, for a range of releases. */
export interface Layout {
  /** First release with this layout, e.g. 23; null for a variant in no release from v23 on. */
  readonly since: number | null;
  /** Last release with this layout, or the release during which a variant existed; null for current layouts. */
  readonly until: number | null;
  /** The origin of a variant, or another distinction. */
  readonly note?: string;
  readonly fields: readonly Field[];
}

/** An entry of the contract; its key there is its name, `context:event`. */
export interface Tracepoint {
  readonly summary: string;
  /** Traps for readers of the events. */
  readonly notes?: readonly string[];
  /** Oldest first, each release in one layout; then the variants in no release. */
  readonly layouts: readonly Layout[];
}
