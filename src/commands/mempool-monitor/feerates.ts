import { WindowedCount } from "./windowed-count.ts";

/** In sat/vB; null of what has no size. */
export function feerate(fee: number, vsize: number): number | null {
  return vsize > 0 ? fee / vsize : null;
}

/** Where the histogram's bars begin, in sat/vB: each twice the one before. */
const BEGINS = [0, 1, 2, 4, 8, 16, 32, 64, 128] as const;

/** Fee rates that lie between two of those. */
export interface FeerateBar {
  readonly from: number;
  /** Null for the last, which has no end. */
  readonly to: number | null;
  readonly count: WindowedCount;
}

/** A histogram of fee rates. */
export class Feerates {
  readonly bars: readonly FeerateBar[] = BEGINS.map((from, i) => ({
    from,
    to: BEGINS[i + 1] ?? null,
    count: new WindowedCount(),
  }));

  add(time: number, rate: number): void {
    const bar = this.bars.findLast(({ from }) => rate >= from) ?? this.bars[0]!;
    bar.count.add(time);
  }
}
