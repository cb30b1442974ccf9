/**
 * The buckets of a histogram. Every value has a bucket: the first and the last hold the values outside the range.
 *
 *     log2      0: negative   1: zero   2: 1   3: 2-3   4: 4-7   …   65: from 2^63 on
 *     linear    0: below low   1: low to low+step-1   …   n+1: from high on
 *     bounds    0: below the first bound   1: from the first bound   …   n: from the last bound on
 */
export type Scale =
  | { readonly kind: "log2" }
  | {
      readonly kind: "linear";
      readonly low: number;
      readonly high: number;
      readonly step: number;
    }
  /** At least one, ascending and positive. */
  | { readonly kind: "bounds"; readonly bounds: readonly number[] };

/** The values from `from` up to but not including `to`; null without a bound. */
export interface Range {
  readonly from: number | null;
  readonly to: number | null;
}

const LOG2_BUCKETS = 66;

export function bucketCount(scale: Scale): number {
  if (scale.kind === "log2") return LOG2_BUCKETS;
  return scale.kind === "linear" ? stepsOf(scale) + 2 : scale.bounds.length + 1;
}

/** Steps between the bounds of a linear scale; the last may be shorter. */
export function stepsOf({ low, high, step }: Scale & { kind: "linear" }): number {
  return Math.ceil((high - low) / step);
}

export function bucketOf(value: number | bigint, scale: Scale): number {
  if (scale.kind === "log2") {
    if (value < 0) return 0;
    return typeof value === "number" ? bitsOf(value) + 1 : bitsOfLarge(value) + 1;
  }
  if (scale.kind === "bounds") {
    const place = scale.bounds.findIndex((bound) => value < bound);
    return place < 0 ? scale.bounds.length : place;
  }
  const { low, high, step } = scale;
  if (value < low) return 0;
  if (value >= high) return stepsOf(scale) + 1;
  const above = Number(value) - low;
  if (Number.isSafeInteger(above)) return (above - (above % step)) / step + 1;
  return Number((BigInt(value) - BigInt(low)) / BigInt(step)) + 1;
}

/** Number of binary digits; 0 for zero. */
function bitsOf(value: number): number {
  const high = Math.floor(value / 2 ** 32);
  return high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(value);
}

function bitsOfLarge(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

/** The values of a bucket. */
export function rangeOf(bucket: number, scale: Scale): Range {
  if (scale.kind === "log2") {
    if (bucket === 0) return { from: null, to: 0 };
    if (bucket === 1) return { from: 0, to: 1 };
    return { from: 2 ** (bucket - 2), to: 2 ** (bucket - 1) };
  }
  if (scale.kind === "bounds") {
    return { from: scale.bounds[bucket - 1] ?? null, to: scale.bounds[bucket] ?? null };
  }
  const { low, high, step } = scale;
  if (bucket === 0) return { from: null, to: low };
  if (bucket > stepsOf(scale)) return { from: high, to: null };
  const from = low + (bucket - 1) * step;
  return { from, to: Math.min(from + step, high) };
}
