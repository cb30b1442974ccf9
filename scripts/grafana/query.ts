/** The rate of each of a histogram's buckets. */
export function bucketsOf(metric: string): string {
  return `sum by (le) (rate(${metric}_bucket{@}[$__rate_interval]))`;
}

/**
 * @param by names of labels, separated by commas; empty for one sum of all series
 * @param selected selectors of labels, each followed by a comma
 */
export function rateOf(metric: string, by = "", selected = ""): string {
  const sum = by ? `sum by (${by}) ` : "sum";
  return `${sum}(rate(${metric}{${selected}@}[$__rate_interval]))`;
}

export function quantileOf(quantile: number, metric: string): string {
  return `histogram_quantile(${quantile}, ${bucketsOf(metric)})`;
}
