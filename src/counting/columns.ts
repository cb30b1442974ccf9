import type { MeasureRequest } from "./count-request.ts";
import type { Group } from "./group.ts";

/** What can be asked of an integer. */
export const STATISTICS = ["sum", "min", "mean", "max"] as const;
export type Statistic = (typeof STATISTICS)[number];

/** A number of each group. */
export interface CountColumn {
  readonly statistic: Statistic;
  /** Index among the measures. */
  readonly measure: number;
  /** What it is of, as it was typed: `size`, `fee / vsize`. */
  readonly text: string;
}

/** What has to be measured so that these columns can be shown, in the order in which they were asked for. */
export function planColumns(asked: Readonly<Partial<Record<Statistic, readonly string[]>>>): {
  measures: MeasureRequest[];
  columns: CountColumn[];
} {
  const texts = [...new Set(STATISTICS.flatMap((statistic) => asked[statistic] ?? []))];
  const isAsked = (text: string, ...of: Statistic[]): boolean =>
    of.some((statistic) => asked[statistic]?.includes(text));
  return {
    measures: texts.map((text) => ({
      text,
      sum: isAsked(text, "sum", "mean"),
      extremes: isAsked(text, "min", "max"),
    })),
    columns: texts.flatMap((text, measure) =>
      STATISTICS.filter((statistic) => isAsked(text, statistic)).map((statistic) => ({
        statistic,
        measure,
        text,
      })),
    ),
  };
}

/** A mean is a number, all others are exact; null when no event of the group had such a value. */
export function statisticOf(
  { measures }: Group,
  { statistic, measure }: CountColumn,
): bigint | number | null {
  const { known, sum, min, max } = measures[measure]!;
  switch (statistic) {
    case "sum":
      return sum;
    case "min":
      return min;
    case "max":
      return max;
    case "mean":
      return known === 0 ? null : Number(sum) / known;
  }
}
