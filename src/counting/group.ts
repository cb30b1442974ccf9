import type { Field, Unit } from "../contract/types.ts";
import { exactNumber } from "../util/exact-number.ts";
import { sum } from "../util/statistics.ts";
import {
  type CountLayout,
  type KeyPart,
  type MeasureLayout,
  UNREADABLE_SHIFT,
} from "./count-layout.ts";
import type { Row, Rows } from "./group-map.ts";
import { bucketCount, type Scale } from "./histogram.ts";
import type { Spread } from "./spread.ts";

/** A field's value as in events; null when it could not be read. */
export type KeyValue = string | number | bigint | boolean | null;

/** The events with one key, and their statistics. */
export interface Group {
  /** One value for each name of the request's `by`. */
  readonly key: readonly KeyValue[];
  /** Names of the values that were cut. Events that differ after the cut are in one group. */
  readonly truncated: readonly string[];
  readonly count: number;
  readonly measures: readonly Measured[];
  /** Events by bucket; null when there is no histogram. */
  readonly buckets: readonly number[] | null;
}

export interface Measured {
  /** Number of events with the value. */
  readonly known: number;
  readonly sum: bigint | null;
  /** Null when not requested, and when no event had the value. */
  readonly min: bigint | null;
  readonly max: bigint | null;
  /** For quantiles; null when not requested. */
  readonly spread: Spread | null;
}

/** The units and the scale of all groups' numbers. */
export interface CountShape {
  /** The unit of each measure; null for plain numbers. */
  readonly units: readonly (Unit | null)[];
  readonly histogram: { readonly unit: Unit | null; readonly scale: Scale } | null;
}

/** The counts of one or more tracepoints. */
export interface Counts {
  /** Null when there is no tracepoint to count. */
  readonly shape: CountShape | null;
  readonly groups: readonly Group[];
  /** The events beyond the maximum number of groups; null without any. */
  readonly overflow: Group | null;
}

/** Decodes the contents of a tracepoint's maps. */
export function decodeRows({ rows, overflow, layout }: Rows): Counts {
  return {
    shape: shapeOf(layout),
    groups: rows.map((row) => decodeRow(row, layout)),
    overflow: overflow && decodeValue([], [], wordsOf(overflow), layout),
  };
}

export function shapeOf({ measures, histogram }: CountLayout): CountShape {
  return {
    units: measures.map(({ unit }) => unit),
    histogram: histogram && { unit: histogram.unit, scale: histogram.scale },
  };
}

function decodeRow(row: Row, layout: CountLayout): Group {
  const { parts } = layout;
  const words = wordsOf(row);
  if (parts.length === 0) return decodeValue([], [], words, layout);
  const key = Buffer.from(row.key, "base64");
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
  const flags = view.getBigUint64(0, true);
  const has = (bit: number): boolean => ((flags >> BigInt(bit)) & 1n) === 1n;
  const values = parts.map((part, i) =>
    has(i + UNREADABLE_SHIFT) ? null : decodePart(part, key, view),
  );
  const truncated = parts.filter((_, i) => has(i)).map(({ field }) => field.name);
  return decodeValue(values, truncated, words, layout);
}

function wordsOf({ words }: Row): BigUint64Array {
  return new BigUint64Array(Uint8Array.from(Buffer.from(words, "base64")).buffer);
}

function decodePart({ field, offset, size }: KeyPart, key: Uint8Array, view: DataView): KeyValue {
  switch (field.type) {
    case "bool":
      return view.getUint8(offset) !== 0;
    case "hash":
      return Buffer.from(key.subarray(offset, offset + size))
        .reverse()
        .toString("hex");
    case "string": {
      const text = Buffer.from(key.buffer, key.byteOffset + offset, size);
      return text.toString("utf8", 0, text.indexOf(0));
    }
    default:
      return named(
        field.type.startsWith("u")
          ? view.getBigUint64(offset, true)
          : view.getBigInt64(offset, true),
        field,
      );
  }
}

/** Returns the value's name or, without one, the value: a number where that is exact. */
function named(value: bigint, { values }: Field): KeyValue {
  return values?.[Number(value)] ?? exactNumber(value) ?? value;
}

function decodeValue(
  key: readonly KeyValue[],
  truncated: readonly string[],
  words: BigUint64Array,
  { measures, histogram }: CountLayout,
): Group {
  const buckets =
    histogram &&
    Array.from(words.subarray(histogram.at, histogram.at + bucketCount(histogram.scale)), Number);
  const count = Number(words[0]) + sum(buckets ?? []);
  return {
    key,
    truncated,
    count,
    measures: measures.map((measure) => decodeMeasure(measure, words, count)),
    buckets,
  };
}

function decodeMeasure(
  { signed, unknown, sum, extremes }: MeasureLayout,
  words: BigUint64Array,
  count: number,
): Measured {
  const known = count - Number(words[unknown]);
  const integer = (bits: bigint): bigint => (signed ? BigInt.asIntN(64, bits ^ SIGN) : bits);
  const hasExtremes = extremes !== null && known > 0;
  return {
    known,
    sum: sum === null ? null : sumOf(words[sum]!, words[sum + 1]!, signed),
    max: hasExtremes ? integer(words[extremes]!) : null,
    min: hasExtremes ? integer(BigInt.asUintN(64, ~words[extremes + 1]!)) : null,
    spread: null,
  };
}

function sumOf(low: bigint, high: bigint, signed: boolean): bigint {
  return ((signed ? BigInt.asIntN(64, high) : high) << 32n) + low;
}

const SIGN = 1n << 63n;
