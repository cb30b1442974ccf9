/** How many values lie up to each bound, as Prometheus' histograms count them. */
export class Distribution {
  /** Upper ends of the buckets; each belongs to its bucket. */
  readonly bounds: readonly number[];
  /** One more than there are bounds: the last is of the values above all of them. */
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = Array<number>(bounds.length + 1).fill(0);
  }

  add(value: number): void {
    const bucket = this.bounds.findIndex((bound) => value <= bound);
    this.counts[bucket < 0 ? this.bounds.length : bucket]! += 1;
    this.sum += value;
  }
}
