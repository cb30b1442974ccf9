import { type Window, WindowedCount } from "./windowed-count.ts";

/** Reasons are a few dozen texts of the node's; were they more, the rest is counted together. */
const MOST = 200;
const OTHERS = "(other reasons)";

/** How often each reason was given. */
export class Reasons {
  readonly #counts = new Map<string, WindowedCount>();

  add(time: number, reason: string): void {
    const key = this.#counts.has(reason) || this.#counts.size < MOST ? reason : OTHERS;
    let count = this.#counts.get(key);
    if (count === undefined) {
      count = new WindowedCount();
      this.#counts.set(key, count);
    }
    count.add(time);
  }

  /** Those that were given in that time, the most frequent first. */
  ranking(window: Window, now: number): { readonly reason: string; readonly count: number }[] {
    return [...this.#counts]
      .map(([reason, count]) => ({ reason, count: count.count(window, now) }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count);
  }
}
