import { isoTime } from "../../event/json.ts";
import type { Column } from "../../model/history.ts";
import { FEERATE_CLASSES } from "../../model/mempool/feerates.ts";
import { CHANGE_KINDS } from "../../model/mempool/flow.ts";
import { plainName } from "../../util/bounded-map.ts";
import type { MonitoredMempool } from "./monitored-mempool.ts";
import { countIn } from "./window.ts";

/** The figures as JSON: counts in total, of the last minute and of the last ten minutes. */
export function mempoolSnapshot(
  { flow, log, history, since }: MonitoredMempool,
  now: number,
): Record<string, unknown> {
  const figures = (column: Column) => ({
    total: column.total,
    last_minute: countIn("1 min", column, history),
    last_10_minutes: countIn("10 min", column, history),
  });
  return {
    tracepoint: "corelens:mempool",
    time: isoTime(now),
    since: isoTime(since ?? now),
    ...Object.fromEntries(CHANGE_KINDS.map((kind) => [kind, figures(flow.counts[kind])])),
    replacements: log.replacements.count,
    growth_vbytes: flow.growth,
    feerate_classes: flow.feerates.columns.map((column, i) => ({
      from_sat_per_vbyte: FEERATE_CLASSES[i],
      to_sat_per_vbyte: FEERATE_CLASSES[i + 1] ?? null,
      added: column.total,
    })),
    removal_reasons: byReason(flow.removals.map((reason, { column }) => [reason, column.total])),
    removal_median_residence_seconds: byReason(
      flow.removals.map((reason, { recentResidence: { median } }) => [
        reason,
        median === null ? null : Math.round(median),
      ]),
    ),
    rejection_reasons: byReason(flow.rejections.map((reason, column) => [reason, column.total])),
  };
}

function byReason<Value>(entries: readonly [string, Value][]): Record<string, Value> {
  return Object.fromEntries(entries.map(([reason, value]) => [plainName(reason), value]));
}
