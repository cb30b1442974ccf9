import type { MeasureRequest } from "./count-request.ts";
import type { Group } from "./group.ts";

/** Statistics of an integer. */
export const STATISTICS = ["sum", "min", "mean", "max"] as const;
export type Statistic = (typeof STATISTICS)[number];

/** A column of the output: one number for each group. */
export interface CountColumn {
  readonly statistic: Statistic;
  /** Index among the measures. */
  readonly measure: number;
  /** The term as typed: `size`, `fee / vsize`. */
  readonly text: string;
}

/** Plans the measures and columns for the requested statistics, in the order of the request. */
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

/** Means are numbers, other statistics exact integers. Null when no event of the group had the value. */
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
