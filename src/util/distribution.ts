/** Counts values by bucket, as Prometheus histograms do. */
export class Distribution {
  /** Inclusive upper bounds of the buckets. */
  readonly bounds: readonly number[];
  /** One entry per bound, and a last one for larger values. */
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
