import { BoundedMap } from "../../util/bounded-map.ts";
import type { Column, History } from "../history.ts";

export interface ReasonView {
  readonly reason: string;
  readonly count: number;
  /** Per second, over the last ten. */
  readonly rate: number;
}

interface Counter {
  count: number;
  readonly column: Column;
}

/** Counts by reason, in all and in the history. Reasons are texts that differ between releases. */
export class ReasonCounter {
  readonly #history: History;
  readonly #counters: BoundedMap<Counter>;

  /**
   * @param prefix of the names of the history's columns: `removal.block`
   * @param most how many reasons are counted apart beside those that are known
   */
  constructor(history: History, prefix: string, most: number, known: readonly string[] = []) {
    this.#history = history;
    const make = (reason: string): Counter => ({
      count: 0,
      column: history.column(`${prefix}.${reason}`),
    });
    this.#counters = new BoundedMap(most, make, known);
  }

  add(reason: string): void {
    const counter = this.#counters.get(reason);
    counter.count++;
    counter.column.add(1);
  }

  /** Most first. */
  view(): ReasonView[] {
    return this.#counters
      .map((reason, { count, column }) => ({ reason, count, rate: this.#history.rate(column) }))
      .sort((a, b) => b.count - a.count);
  }
}
