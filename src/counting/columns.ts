import type { MeasureRequest } from "./count-request.ts";
import type { Group } from "./group.ts";
import { quantileOf } from "./spread.ts";

/** Statistics of an integer. */
export const STATISTICS = ["sum", "min", "mean", "max"] as const;
export type Statistic = (typeof STATISTICS)[number];

/** Quantiles of an integer, by share. */
const QUANTILES = { p50: 0.5, p90: 0.9, p99: 0.99 } as const;
type Quantile = keyof typeof QUANTILES;

/** All columns in their order. */
export const COLUMNS = ["sum", "min", "mean", "p50", "p90", "p99", "max"] as const satisfies (
  | Statistic
  | Quantile
)[];

/** Terms to compute statistics of, as typed. */
export type Asked = Partial<Record<Statistic | "quantiles", readonly string[]>>;

/** A column of the output: one number for each group. */
export interface CountColumn {
  readonly statistic: Statistic | Quantile;
  /** Index among the measures. */
  readonly measure: number;
  /** The term as typed: `size`, `fee / vsize`. */
  readonly text: string;
}

/** Plans the measures and columns for the requested statistics, in the order of the request. */
export function planColumns(asked: Readonly<Asked>): {
  measures: MeasureRequest[];
  columns: CountColumn[];
} {
  const texts = [
    ...new Set([...STATISTICS, "quantiles" as const].flatMap((of) => asked[of] ?? [])),
  ];
  const isAsked = (text: string, ...of: (keyof Asked)[]): boolean =>
    of.some((statistic) => asked[statistic]?.includes(text));
  return {
    measures: texts.map((text) => ({
      text,
      sum: isAsked(text, "sum", "mean"),
      extremes: isAsked(text, "min", "max"),
      quantiles: isAsked(text, "quantiles"),
    })),
    columns: texts.flatMap((text, measure) =>
      COLUMNS.filter((statistic) => isAsked(text, optionOf(statistic))).map((statistic) => ({
        statistic,
        measure,
        text,
      })),
    ),
  };
}

function optionOf(statistic: CountColumn["statistic"]): keyof Asked {
  return statistic in QUANTILES ? "quantiles" : (statistic as Statistic);
}

/** Means are numbers, other statistics exact integers. Null when no event of the group had the value. */
export function statisticOf(
  { measures }: Group,
  { statistic, measure }: CountColumn,
): bigint | number | null {
  const { known, sum, min, max, spread } = measures[measure]!;
  switch (statistic) {
    case "sum":
      return sum;
    case "min":
      return min;
    case "max":
      return max;
    case "mean":
      return known === 0 ? null : Number(sum) / known;
    default:
      return spread && quantileOf(spread, QUANTILES[statistic]);
  }
}
