import { isoTime } from "../../event/json.ts";
import { KINDS } from "./log.ts";
import type { Mempool } from "./mempool.ts";
import type { Reasons } from "./reasons.ts";

/** The figures as an object for programs: counts since the beginning, of the last minute and of the last ten. */
export function mempoolSnapshot(mempool: Mempool, now: number): Record<string, unknown> {
  const counts = KINDS.map((kind) => {
    const count = mempool.counts[kind];
    const figures = {
      total: count.total,
      last_minute: count.count("1 min", now),
      last_10_minutes: count.count("10 min", now),
    };
    return [kind, figures];
  });
  return {
    tracepoint: "corelens:mempool-monitor",
    time: isoTime(now),
    since: isoTime(mempool.since ?? now),
    ...Object.fromEntries(counts),
    replacements: mempool.replacements,
    growth: mempool.growth,
    feerates: mempool.feerates.bars.map(({ from, to, count }) => ({
      from,
      to,
      added: count.total,
    })),
    removal_reasons: reasonsSnapshot(mempool.removalReasons, now),
    rejection_reasons: reasonsSnapshot(mempool.rejectionReasons, now),
  };
}

function reasonsSnapshot(reasons: Reasons, now: number): Record<string, number> {
  return Object.fromEntries(
    reasons.ranking("total", now).map(({ reason, count }) => [reason, count]),
  );
}
