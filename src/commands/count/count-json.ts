import { type CountColumn, STATISTICS, statisticOf } from "../../counting/columns.ts";
import type { CountRequest } from "../../counting/count-request.ts";
import type { Counts, Group } from "../../counting/group.ts";
import { rangeOf } from "../../counting/histogram.ts";
import { isoTime, jsonValue } from "../../event/json.ts";

/**
 * Counts as lines of JSON, one a group:
 *
 *     {"kind":"interval","time":"2026-…Z","seconds":1,"key":{"msg_type":"inv"},"count":12,"sum":{"size":444}}
 *
 * What found no room among the groups has the key null.
 * @param kind of an interval, or of the whole time
 */
export function countJsonLines(
  kind: "interval" | "total",
  time: number,
  seconds: number,
  counts: Counts,
  { by, histogram }: Pick<CountRequest, "by" | "histogram">,
  columns: readonly CountColumn[],
): string[] {
  const line = (group: Group, key: Record<string, unknown> | null): string => {
    const statistics = STATISTICS.flatMap((statistic) => {
      const chosen = columns.filter((column) => column.statistic === statistic);
      const values = chosen.map(
        (column) => [column.text, exact(statisticOf(group, column))] as const,
      );
      return values.length > 0 ? [[statistic, Object.fromEntries(values)] as const] : [];
    });
    return JSON.stringify(
      {
        kind,
        time: isoTime(time),
        seconds: Math.round(seconds * 1000) / 1000,
        key,
        ...(group.truncated.length > 0 ? { truncated: group.truncated } : {}),
        count: group.count,
        ...Object.fromEntries(statistics),
        ...(histogram && counts.shape?.histogram
          ? { histogram: { of: histogram.text, buckets: bucketsOf(group, counts.shape.histogram) } }
          : {}),
      },
      jsonValue,
    );
  };
  const keyOf = ({ key }: Group) => Object.fromEntries(by.map((name, i) => [name, key[i]]));
  return [
    ...counts.groups.map((group) => line(group, keyOf(group))),
    ...(counts.overflow ? [line(counts.overflow, null)] : []),
  ];
}

type HistogramShape = NonNullable<NonNullable<Counts["shape"]>["histogram"]>;

/** Those that hold something: from `from` on and before `to`. */
function bucketsOf({ buckets }: Group, { scale }: HistogramShape) {
  return (buckets ?? []).flatMap((count, bucket) =>
    count > 0 ? [{ ...rangeOf(bucket, scale), count }] : [],
  );
}

/** A number where that is exact. */
function exact(value: bigint | number | null): bigint | number | null {
  return typeof value === "bigint" && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
