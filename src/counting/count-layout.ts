import type { Field, Unit } from "../contract/types.ts";
import type { Scale } from "./histogram.ts";

/**
 * What a tracepoint's groups look like in their map: a key, and what was counted, per CPU, in words of 64 bits.
 *
 *     key      ┌─────────┬─────────┬───        values  ┌───────┬────────────────────────┬───┬──────────┐
 *              │ flags   │ part 0  │ …                 │ count │ of each measure, below │ … │ buckets  │
 *              └─────────┴─────────┴───                └───────┴────────────────────────┴───┴──────────┘
 *               u64: bit n  8 bytes, hash 32,
 *               part n is   texts as long as            measure  unknown │ low half, high half │ max, max of ~v
 *               cut, bit n+32                                             when summed            when extremes
 *               unreadable
 *
 * A sum's halves are added up apart, so that no sum overflows. All words begin as zero: of the least value the
 * complement is kept, whose greatest is looked for. Signed values have their sign bit flipped for that.
 */
export interface CountLayout {
  readonly tracepoint: string;
  readonly parts: readonly KeyPart[];
  readonly keySize: number;
  readonly measures: readonly MeasureLayout[];
  readonly histogram: HistogramLayout | null;
  /** Words of a value. */
  readonly words: number;
}

/** A field whose value tells groups apart. */
export interface KeyPart {
  readonly field: Field;
  readonly offset: number;
  readonly size: number;
}

/** Places are word numbers. */
export interface MeasureLayout {
  readonly unit: Unit | null;
  readonly signed: boolean;
  /** How many events had no such value: memory was not readable, or something was divided by zero. */
  readonly unknown: number;
  readonly sum: number | null;
  readonly extremes: number | null;
}

export interface HistogramLayout {
  readonly unit: Unit | null;
  readonly signed: boolean;
  readonly scale: Scale;
  /** Of the first bucket. */
  readonly at: number;
}

/** The key of a group whose values are all texts that are not too long. */
export function keyOfTexts({ parts, keySize }: CountLayout, texts: readonly string[]): Uint8Array {
  const key = new Uint8Array(keySize);
  for (const [i, { offset, size }] of parts.entries()) {
    key.set(Buffer.from(texts[i]!).subarray(0, size - 1), offset);
  }
  return key;
}

/** Words in which CPUs' values are not added up: the greatest counts. */
export function extremeWords({ measures }: CountLayout): Set<number> {
  return new Set(
    measures.flatMap(({ extremes }) => (extremes === null ? [] : [extremes, extremes + 1])),
  );
}

export const KEY_FLAGS_SIZE = 8;
/** Bit n: part n is cut; bit n + 32: it could not be read. */
export const UNREADABLE_SHIFT = 32;

const WORD = 8;
const HASH = 32;
/** Room for a text's end and one byte more, which tells that it was not cut. */
const TEXT_END = 2;
/** Texts without a known longest length: room for the longest host name with a port would fill the stack. */
const LONGEST_TEXT = 136;

/** Bytes that a field takes in a key. */
export function keyBytes({ type, maxLength = LONGEST_TEXT }: Field): number {
  if (type === "hash") return HASH;
  if (type !== "string") return WORD;
  return Math.min(LONGEST_TEXT, Math.ceil((maxLength + TEXT_END) / WORD) * WORD);
}
