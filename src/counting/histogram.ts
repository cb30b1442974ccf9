/**
 * How the values of a histogram are told apart. Values beyond its range have buckets of their own, so that every
 * value has one.
 *
 *     log2      0: negative   1: zero   2: 1   3: 2-3   4: 4-7   …   65: from 2^63 on
 *     linear    0: below low   1: low to low+step-1   …   n+1: from high on
 */
export type Scale =
  | { readonly kind: "log2" }
  | {
      readonly kind: "linear";
      readonly low: number;
      readonly high: number;
      readonly step: number;
    };

/** From `from` on and before `to`; null where there is no bound. */
export interface Range {
  readonly from: number | null;
  readonly to: number | null;
}

const LOG2_BUCKETS = 66;

export function bucketCount(scale: Scale): number {
  return scale.kind === "log2" ? LOG2_BUCKETS : stepsOf(scale) + 2;
}

/** Steps between the bounds of a linear scale; the last may be shorter. */
export function stepsOf({ low, high, step }: Scale & { kind: "linear" }): number {
  return Math.ceil((high - low) / step);
}

export function bucketOf(value: bigint, scale: Scale): number {
  if (scale.kind === "log2") {
    if (value < 0n) return 0;
    return value === 0n ? 1 : value.toString(2).length + 1;
  }
  if (value < scale.low) return 0;
  if (value >= scale.high) return stepsOf(scale) + 1;
  return Number((value - BigInt(scale.low)) / BigInt(scale.step)) + 1;
}

/** Which values a bucket holds. */
export function rangeOf(bucket: number, scale: Scale): Range {
  if (scale.kind === "log2") {
    if (bucket === 0) return { from: null, to: 0 };
    if (bucket === 1) return { from: 0, to: 1 };
    return { from: 2 ** (bucket - 2), to: 2 ** (bucket - 1) };
  }
  const { low, high, step } = scale;
  if (bucket === 0) return { from: null, to: low };
  if (bucket > stepsOf(scale)) return { from: high, to: null };
  const from = low + (bucket - 1) * step;
  return { from, to: Math.min(from + step, high) };
}
