import { quantile } from "./statistics.ts";

/** The last numbers of a series, up to a limit, for quantiles. */
export class Samples {
  readonly #values: number[] = [];
  readonly #limit: number;
  #next = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(value: number): void {
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % this.#limit;
  }

  /** @returns null when there are no samples */
  get median(): number | null {
    return this.quantiles(0.5)[0] ?? null;
  }

  /** One value per share; empty without samples. */
  quantiles(...shares: readonly number[]): number[] {
    if (this.#values.length === 0) return [];
    const sorted = Float64Array.from(this.#values).sort();
    return shares.map((share) => quantile(sorted, share));
  }
}
