import type { Problem } from "../errors.ts";
import { headlineOf, healthOf } from "./health/health.ts";
import type { HealthFinding, Vitals } from "./health/vitals.ts";
import { heightOf } from "./overview.ts";
import type { Moment } from "./sections.ts";
import type { StreamView } from "./stream.ts";

/** What every page shows. */
export interface Status {
  /** Of the model, in ms since the epoch. */
  readonly now: number;
  readonly stream: StreamView;
  /** Why nothing can be traced; null when it can. */
  readonly obstacle: Problem | null;
  readonly headline: Pick<HealthFinding, "status" | "message">;
  readonly health: readonly HealthFinding[];
  readonly height: number | null;
  readonly eventRate: number;
}

export function statusOf(moment: Moment, obstacle: Problem | null): Status {
  const { now } = moment;
  const vitals = vitalsOf(moment, obstacle);
  const health = healthOf(vitals);
  return {
    now,
    stream: vitals.stream,
    obstacle,
    headline: headlineOf(health, vitals),
    health,
    height: heightOf(moment),
    eventRate: vitals.eventRate,
  };
}

function vitalsOf(moment: Moment, obstacle: Problem | null): Vitals {
  const {
    now,
    report,
    notKept,
    notRecorded,
    stream,
    peers,
    blocks,
    chain,
    mempool,
    coins,
    tracepoints,
  } = moment;
  const block = blocks.newest;
  return {
    now,
    stream: stream.view(),
    obstacle,
    peers: peers.connected(),
    has: (context) => tracepoints.has(context),
    lastBlock: block && {
      time: block.connection!.time,
      height: block.height,
      duration_ns: block.connection!.duration_ns,
    },
    reorganisation: chain.recent[0] ?? null,
    eventRate: tracepoints.rate,
    blockRate: blocks.rates.blocks,
    mempool: mempool.flow.trend,
    off: tracepoints.off,
    delivered: tracepoints.delivered,
    lost: tracepoints.lost,
    flawed: tracepoints.flawed,
    cost: tracepoints.cost,
    flushMs: coins.flushes.recent[0]?.duration ?? null,
    report,
    notKept,
    notRecorded,
  };
}
