/**
 * The quantile of `share`, interpolated between neighbours.
 * @param sorted in ascending order, at least one
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)]!;
  const high = sorted[Math.ceil(at)]!;
  return low + (high - low) * (at - Math.floor(at));
}

/** @param values in any order, at least one */
export function median(values: readonly number[]): number {
  return quantile(Float64Array.from(values).sort(), 0.5);
}

/** The median of the known values; null if there are none. */
export function knownMedian(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : median(known);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
