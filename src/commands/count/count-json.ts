import { COLUMNS, type CountColumn, statisticOf } from "../../counting/columns.ts";
import type { CountRequest } from "../../counting/count-request.ts";
import type { Counts, Group } from "../../counting/group.ts";
import { rangeOf } from "../../counting/histogram.ts";
import { jsonLine, rounded } from "../../event/json.ts";

/**
 * Counts as lines of JSON, one per group:
 *
 *     {"tracepoint":"corelens:group","time":"2026-…Z","span":"interval","seconds":1,"key":{"msg_type":"inv"},"count":12}
 *
 * Events beyond the maximum number of groups have the key "other".
 * @param span the time of the counts: an interval, or the whole time
 */
export function countJsonLines(
  span: "interval" | "total",
  time: number,
  seconds: number,
  counts: Counts,
  { by, histogram }: Pick<CountRequest, "by" | "histogram">,
  columns: readonly CountColumn[],
): string[] {
  const line = (group: Group, key: Record<string, unknown> | "other"): string => {
    const statistics = COLUMNS.flatMap((statistic) => {
      const chosen = columns.filter((column) => column.statistic === statistic);
      const values = chosen.map((column) => [column.text, statisticOf(group, column)] as const);
      return values.length > 0 ? [[statistic, Object.fromEntries(values)] as const] : [];
    });
    return jsonLine(
      "corelens:group",
      {
        span,
        seconds: rounded(seconds, 3),
        key,
        ...(group.truncated.length > 0 ? { truncated: group.truncated } : {}),
        count: group.count,
        ...Object.fromEntries(statistics),
        ...(histogram && counts.shape?.histogram
          ? { histogram: { of: histogram.text, buckets: bucketsOf(group, counts.shape.histogram) } }
          : {}),
      },
      time,
    );
  };
  const keyOf = ({ key }: Group) => Object.fromEntries(by.map((name, i) => [name, key[i]]));
  return [
    ...counts.groups.map((group) => line(group, keyOf(group))),
    ...(counts.overflow ? [line(counts.overflow, "other")] : []),
  ];
}

type HistogramShape = NonNullable<NonNullable<Counts["shape"]>["histogram"]>;

/** Buckets with events: values of at least `from` and less than `to`. */
function bucketsOf({ buckets }: Group, { scale }: HistogramShape) {
  return (buckets ?? []).flatMap((count, bucket) =>
    count > 0 ? [{ ...rangeOf(bucket, scale), count }] : [],
  );
}
