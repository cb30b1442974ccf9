/*
 * Quantiles of any number of values in bounded memory: values are counted in buckets, 32 in each power of two, so a
 * quantile is exact to 1.6 %. Smaller integers than 64 have a bucket each.
 *
 *     value    0  1  …  63  64-65  66-67  …  126-127  128-131  …
 *     bucket   0  1  …  63  64     65     …  95       96       …
 */

/** The number of values by bucket. Negative values have the buckets -1, -2, … */
export type Spread = Map<number, number>;

const BITS = 5;
const PER_OCTAVE = 2 ** BITS;

export function addTo(spread: Spread, value: number | bigint): void {
  const number = Number(value);
  const bucket = number < 0 ? -1 - bucketOf(-number) : bucketOf(number);
  spread.set(bucket, (spread.get(bucket) ?? 0) + 1);
}

/** The values of two spreads, or those of `a` without those of `b`. */
export function combineSpreads(a: Spread, b: Spread, sign: 1 | -1): Spread {
  const combined = new Map(a);
  for (const [bucket, count] of b) {
    const rest = (combined.get(bucket) ?? 0) + sign * count;
    if (rest === 0) combined.delete(bucket);
    else combined.set(bucket, rest);
  }
  return combined;
}

/** The quantile of `share`; null without values. */
export function quantileOf(spread: Spread, share: number): bigint | null {
  const buckets = [...spread].toSorted(([a], [b]) => a - b);
  const count = buckets.reduce((sum, [, each]) => sum + each, 0);
  let rank = share * (count - 1);
  for (const [bucket, each] of buckets) {
    if (rank < each) return middleOf(bucket);
    rank -= each;
  }
  const last = buckets.at(-1);
  return last === undefined ? null : middleOf(last[0]);
}

function bucketOf(value: number): number {
  if (value < 2 * PER_OCTAVE) return value;
  const exponent = Math.floor(Math.log2(value)) - BITS;
  return exponent * PER_OCTAVE + Math.floor(value / 2 ** exponent);
}

function middleOf(bucket: number): bigint {
  if (bucket < 0) return -middleOf(-1 - bucket);
  if (bucket < 2 * PER_OCTAVE) return BigInt(bucket);
  const exponent = Math.floor(bucket / PER_OCTAVE) - 1;
  const low = BigInt(bucket - exponent * PER_OCTAVE) << BigInt(exponent);
  return low + (1n << BigInt(exponent)) / 2n;
}
