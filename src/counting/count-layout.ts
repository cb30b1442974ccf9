import type { Field, Unit } from "../contract/types.ts";
import type { Scale } from "./histogram.ts";

/**
 * The layout of a tracepoint's groups in their map. Each group has a key and, for each CPU, a value in words of 64 bits.
 *
 *     key      ┌─────────┬─────────┬───        values  ┌───────┬────────────────────────┬───┬──────────┐
 *              │ flags   │ part 0  │ …                 │ count │ of each measure, below │ … │ buckets  │
 *              └─────────┴─────────┴───                └───────┴────────────────────────┴───┴──────────┘
 *               u64: bit n  8 bytes, hash 32,
 *               part n is   texts as long as            measure  unknown │ low half, high half │ max, max of ~v
 *               cut, bit n+32                                             when summed            when extremes
 *               unreadable
 *
 * With a histogram, `count` is the number of events without a bucket; every other event adds 1 to its bucket only.
 * The halves of sums are added separately, so that no sum overflows. All words start at 0. Therefore a minimum is kept as
 * the maximum of the values' complements. For extremes, signed values have their sign bit flipped, which keeps their order.
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

/** A field of the key. */
export interface KeyPart {
  readonly field: Field;
  readonly offset: number;
  readonly size: number;
}

/** Places are word numbers. */
export interface MeasureLayout {
  readonly unit: Unit | null;
  readonly signed: boolean;
  /** Number of events without the value: unreadable memory, or a division by zero. */
  readonly unknown: number;
  readonly sum: number | null;
  readonly extremes: number | null;
  /** Whether quantiles are counted, which only streams can. */
  readonly quantiles: boolean;
}

export interface HistogramLayout {
  readonly unit: Unit | null;
  readonly signed: boolean;
  readonly scale: Scale;
  /** The word of the first bucket. */
  readonly at: number;
}

/** Returns the key of a group whose values are all texts that fit. */
export function keyOfTexts({ parts, keySize }: CountLayout, texts: readonly string[]): Uint8Array {
  const key = new Uint8Array(keySize);
  for (const [i, { offset, size }] of parts.entries()) {
    key.set(Buffer.from(texts[i]!).subarray(0, size - 1), offset);
  }
  return key;
}

/** Words with extremes: the value of all CPUs is the maximum, not the sum. */
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
/** Room for a text's NUL and one byte more: a text that fills its room is cut. */
const TEXT_END = 2;
/** Room for texts without a known maximum length. The longest host name with a port would fill the stack. */
const MAX_TEXT_BYTES = 136;

/** Size of a field in a key, in bytes. */
export function keyBytes({ type, maxLength = MAX_TEXT_BYTES }: Field): number {
  if (type === "hash") return HASH;
  if (type !== "string") return WORD;
  return Math.min(MAX_TEXT_BYTES, Math.ceil((maxLength + TEXT_END) / WORD) * WORD);
}
