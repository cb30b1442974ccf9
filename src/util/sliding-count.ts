/** Counts amounts over the last seconds, in one bucket per second. Add amounts approximately in order of time. */
export class SlidingCount {
  readonly #buckets: Float64Array;
  /** The newest second. */
  #newest = Number.NEGATIVE_INFINITY;

  /** @param seconds the length of the window, including the current second */
  constructor(seconds: number) {
    this.#buckets = new Float64Array(seconds);
  }

  /** @param time in milliseconds */
  add(time: number, amount = 1): void {
    const second = Math.floor(time / 1000);
    if (second !== this.#newest) this.#turn(second);
    this.#buckets[this.#index(second)]! += amount;
  }

  /** The sum of the last seconds, including the current one. */
  sum(now: number, seconds = this.#buckets.length): number {
    const last = Math.floor(now / 1000);
    const room = this.#buckets.length;
    let sum = 0;
    for (let i = Math.max(last - seconds, this.#newest - room) + 1; i <= this.#newest; i++) {
      if (i <= last) sum += this.#buckets[this.#index(i)]!;
    }
    return sum;
  }

  /** Per second. @param since when counting began, in milliseconds */
  rate(now: number, since: number, seconds = this.#buckets.length): number {
    const covered = seconds - 1 + (now % 1000) / 1000;
    return this.sum(now, seconds) / Math.max(1, Math.min(covered, (now - since) / 1000));
  }

  #turn(second: number): void {
    const room = this.#buckets.length;
    if (second > this.#newest - room && second < this.#newest) return;
    // Clear the buckets of new seconds, or all buckets if the clock was set back.
    const fresh = second - this.#newest;
    if (fresh >= room || fresh < 0) this.#buckets.fill(0);
    else for (let i = this.#newest + 1; i <= second; i++) this.#buckets[this.#index(i)] = 0;
    this.#newest = second;
  }

  /** The index of a second's bucket, also for seconds before 1970. */
  #index(second: number): number {
    const room = this.#buckets.length;
    return second - Math.floor(second / room) * room;
  }
}
