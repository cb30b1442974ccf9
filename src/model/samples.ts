/** The last so many numbers, for what is not told by a sum: how they lie. */
export class Samples {
  readonly #values: number[] = [];
  readonly #most: number;
  #next = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(value: number): void {
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % this.#most;
  }

  /** @returns null when there is none */
  quantile(share: number): number | null {
    return this.quantiles(share)[0] ?? null;
  }

  /** As many as were asked for, or none. */
  quantiles(...shares: readonly number[]): number[] {
    if (this.#values.length === 0) return [];
    const sorted = this.#values.toSorted((a, b) => a - b);
    return shares.map((share) => sorted[Math.floor(share * (sorted.length - 1))]!);
  }
}

/** The middle one; null when there is none. */
export function medianOf(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? null;
}
