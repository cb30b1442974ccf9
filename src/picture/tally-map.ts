/** What stands for all names beyond those that are counted apart: peers and releases choose the names. */
export const OTHERS = "(others)";

/** Counts by a name; at most so many names are kept apart, so that no peer can make it grow. */
export class TallyMap {
  readonly #counts = new Map<string, number>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** @returns the name that it was counted under */
  add(name: string): string {
    const known = this.#counts.has(name) || this.#counts.size < this.#most ? name : OTHERS;
    this.#counts.set(known, (this.#counts.get(known) ?? 0) + 1);
    return known;
  }

  get total(): number {
    let sum = 0;
    for (const count of this.#counts.values()) sum += count;
    return sum;
  }

  /** Most first. */
  entries(): [name: string, count: number][] {
    return [...this.#counts].sort((a, b) => b[1] - a[1]);
  }
}
