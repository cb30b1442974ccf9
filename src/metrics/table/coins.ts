import { FLUSH_BOUNDS, type FlushCounter } from "../../model/coins/flushes.ts";
import { FLUSH_MODE, FOR_PRUNE, OPERATION } from "../labels.ts";
import type { Count, CountedMetric, ModelMetric } from "../metric.ts";

/** The kernel counts coins: initial block download changes 100 000 a second. */
const COINS: Count = {
  tracepoints: ["utxocache:add", "utxocache:spent", "utxocache:uncache"],
  by: [],
  measures: [{ text: "value", sum: true, extremes: false }],
  histogram: null,
  reserved: [],
};

const operationOf = (tracepoint: string): string => tracepoint.split(":")[1]!;

const flush = { labels: [], from: "model", on: ["utxocache:flush"] } as const;

/** Takes a counter's value for each mode, separately for flushes that pruning caused. */
function byPrune(what: keyof FlushCounter): ModelMetric["read"] {
  return ({ flushes }, take) =>
    flushes.modes.each((mode, { forPrune }) => {
      for (const [isForPrune, counter] of Object.entries(forPrune))
        if (counter.count > 0) take(counter[what], mode, isForPrune);
    });
}

const CHANGE_METRICS: readonly CountedMetric[] = [
  {
    name: "corelens_utxocache_coins_total",
    type: "counter",
    help: "Coins added to, spent from or dropped from the caches. Temporary caches count, too, so this is not the UTXO set.",
    labels: [OPERATION],
    from: "counts",
    count: COINS,
    read: ({ count }, tracepoint) => ({ labels: [operationOf(tracepoint)], value: count }),
  },
  {
    name: "corelens_utxocache_value_satoshis_total",
    type: "counter",
    help: "Value of the coins added to, spent from or dropped from the caches.",
    labels: [OPERATION],
    from: "counts",
    count: COINS,
    read: ({ measures }, tracepoint) => ({
      labels: [operationOf(tracepoint)],
      value: Number(measures[0]!.sum),
    }),
  },
];

const FLUSH_METRICS: readonly ModelMetric[] = [
  {
    ...flush,
    name: "corelens_utxocache_flushes_total",
    type: "counter",
    help: "Flushes of the cache to disk.",
    labels: [FLUSH_MODE, FOR_PRUNE],
    read: byPrune("count"),
  },
  {
    ...flush,
    name: "corelens_utxocache_flushed_coins_total",
    type: "counter",
    help: "Coins in the cache, summed over all flushes.",
    labels: [FLUSH_MODE, FOR_PRUNE],
    read: byPrune("coins"),
  },
  {
    ...flush,
    name: "corelens_utxocache_flushed_bytes_total",
    type: "counter",
    help: "Memory of the cache, summed over all flushes.",
    labels: [FLUSH_MODE, FOR_PRUNE],
    read: byPrune("memory"),
  },
  {
    ...flush,
    name: "corelens_utxocache_flush_duration_seconds",
    type: "histogram",
    help: "Duration of flushes; 0 if the node's clock was set back during a flush.",
    labels: [FLUSH_MODE],
    buckets: FLUSH_BOUNDS,
    read: ({ flushes }, take) => flushes.modes.each((mode, { durations }) => take(durations, mode)),
  },
  {
    ...flush,
    name: "corelens_utxocache_last_flush_timestamp_seconds",
    type: "gauge",
    help: "Time of the last flush.",
    read: ({ flushes: { recent } }, take) => take(recent[0] && recent[0].time / 1000),
  },
  {
    ...flush,
    name: "corelens_utxocache_last_flush_coins",
    type: "gauge",
    help: "Coins in the cache at the last flush.",
    read: ({ flushes }, take) => take(flushes.recent[0]?.coins),
  },
  {
    ...flush,
    name: "corelens_utxocache_last_flush_bytes",
    type: "gauge",
    help: "Memory of the cache at the last flush.",
    read: ({ flushes }, take) => take(flushes.recent[0]?.memory),
  },
];

export const COIN_METRICS: readonly (CountedMetric | ModelMetric)[] = [
  ...CHANGE_METRICS,
  ...FLUSH_METRICS,
];
