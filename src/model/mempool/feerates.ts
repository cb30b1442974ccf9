import { Distribution } from "../../util/distribution.ts";
import { Samples } from "../../util/samples.ts";
import type { Column, History } from "../history.ts";

/** Lower ends of the classes in which feerates are counted everywhere, in sat/vB. */
export const FEERATE_CLASSES = [0, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 50, 100, 200, 500] as const;

/** In sat/vB; null where an amount is unknown or the transaction has no size. */
export function feerateOf(fee: number | null, vsize: number | null): number | null {
  return fee === null || vsize === null || vsize <= 0 ? null : fee / vsize;
}

/** `1-2`, `500+` */
export function feerateClassText(index: number): string {
  const to = FEERATE_CLASSES[index + 1];
  return to === undefined ? `${FEERATE_CLASSES[index]}+` : `${FEERATE_CLASSES[index]}-${to}`;
}

const MAX_SAMPLES = 1000;

/** Feerates of the transactions that were added. */
export class Feerates {
  /** One for each class. */
  readonly columns: readonly Column[];
  /** How many were exactly the lower end of each class. */
  readonly #atLowerEnd = FEERATE_CLASSES.map(() => 0);
  readonly #recent = new Samples(MAX_SAMPLES);
  #sum = 0;

  constructor(history: History) {
    this.columns = FEERATE_CLASSES.map((from) => history.column(`feerate.${from}`));
  }

  add(feerate: number): void {
    const index = Math.max(
      0,
      FEERATE_CLASSES.findLastIndex((from) => feerate >= from),
    );
    this.columns[index]!.add(1);
    if (feerate === FEERATE_CLASSES[index]) this.#atLowerEnd[index]! += 1;
    this.#recent.add(feerate);
    this.#sum += feerate;
  }

  /** In sat/vB, of the last transactions; null when there were none. */
  get quantiles(): { readonly low: number; readonly median: number; readonly high: number } | null {
    const [low, median, high] = this.#recent.quantiles(0.1, 0.5, 0.9);
    return low === undefined ? null : { low, median: median!, high: high! };
  }

  /** The same classes as Prometheus has them: there a class includes its upper end instead of its lower one. */
  distribution(): Distribution {
    const distribution = new Distribution(FEERATE_CLASSES.slice(1));
    for (const [i, column] of this.columns.entries()) {
      const below = i === 0 ? 0 : this.#atLowerEnd[i]!;
      distribution.counts[i]! += column.total - below;
      if (i > 0) distribution.counts[i - 1]! += below;
    }
    distribution.sum = this.#sum;
    return distribution;
  }
}
