import type { ArgumentType } from "../usdt/argument-type.ts";

/** The vocabulary of the contract: what a tracepoint passes, field by field, in which releases. */

/**
 * How a field is passed and what it decodes to.
 *
 * | type | passed as | decoded as |
 * |---|---|---|
 * | int64, uint64 | 8 bytes | number when exact, else bigint |
 * | int32, uint32, int16, uint16, int8, uint8 | that many bytes | number |
 * | bool | 1 byte, only the low byte defined | boolean |
 * | string | pointer to a NUL-terminated string | string |
 * | hash | pointer to 32 bytes, little-endian | 64 hex digits in display order (reversed) |
 * | bytes | pointer to as many bytes as the field `length` names says | Uint8Array |
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
  /** One sentence: what the value means, with its traps. */
  readonly meaning: string;
  readonly unit?: Unit;
  /** Strings: the longest value that normally occurs, in characters without the NUL. Longer ones are still read whole. */
  readonly maxLength?: number;
  /** bytes: the name of the field that holds their number. */
  readonly length?: string;
  /** words: the number of their bytes. */
  readonly size?: number;
  /** Why no site of the binary lets it be read: the argument's form and the reason. */
  readonly unreadable?: string;
  /** Names of the values of an enumeration; a value without a name decodes to its number. */
  readonly values?: Readonly<Record<number, string>>;
}

/** The arguments in their order, for a range of releases. */
export interface Layout {
  /** First release with this layout, e.g. 23; null for a variant that no release has, or none of v23 and later. */
  readonly since: number | null;
  /** Last release with it, or the one in whose time a variant was; null when it is still current. */
  readonly until: number | null;
  /** Where a layout of no release comes from, or what else tells it apart. */
  readonly note?: string;
  readonly fields: readonly Field[];
}

/** An entry of the contract; its key there is its name, `context:event`. */
export interface Tracepoint {
  readonly summary: string;
  /** Traps a reader of the events must know. */
  readonly notes?: readonly string[];
  /** Oldest first, each release in one of them; after them the variants that no release has. */
  readonly layouts: readonly Layout[];
}
