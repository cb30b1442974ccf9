import { FLUSH_MODE, FOR_PRUNE, OPERATION } from "../labels.ts";
import type { Count, CountedMetric, EventMetric } from "../metric.ts";

/** Coins are counted in the kernel: in initial block download there are a hundred thousand a second. */
const COINS: Count = {
  tracepoints: ["utxocache:add", "utxocache:spent", "utxocache:uncache"],
  by: [],
  measures: [{ text: "value", sum: true, extremes: false }],
  histogram: null,
  reserved: [],
};

const operationOf = (tracepoint: string): string => tracepoint.split(":")[1]!;

const DURATIONS = [0.001, 0.01, 0.1, 0.5, 1, 5, 10, 30, 60, 120, 300];

const flush = { from: "events", on: ["utxocache:flush"] } as const;

export const COIN_METRICS: readonly (CountedMetric | EventMetric)[] = [
  {
    name: "corelens_utxocache_coins_total",
    type: "counter",
    help: "Changes of caches of unspent coins. Temporary caches are among them: this is not the UTXO set.",
    labels: [OPERATION],
    from: "counts",
    count: COINS,
    read: ({ count }, tracepoint) => ({ labels: [operationOf(tracepoint)], value: count }),
  },
  {
    name: "corelens_utxocache_value_satoshis_total",
    type: "counter",
    help: "Value of the coins of those changes.",
    labels: [OPERATION],
    from: "counts",
    count: COINS,
    read: ({ measures }, tracepoint) => ({
      labels: [operationOf(tracepoint)],
      value: Number(measures[0]!.sum),
    }),
  },
  {
    ...flush,
    name: "corelens_utxocache_flushes_total",
    type: "counter",
    help: "How often the cache was written to disk.",
    labels: [FLUSH_MODE, FOR_PRUNE],
    see: ({ mode, for_prune }, take) => take(1, mode, for_prune),
  },
  {
    ...flush,
    name: "corelens_utxocache_flushed_coins_total",
    type: "counter",
    help: "Coins in the cache when it was written to disk.",
    labels: [FLUSH_MODE, FOR_PRUNE],
    see: ({ mode, for_prune, coins }, take) => take(coins, mode, for_prune),
  },
  {
    ...flush,
    name: "corelens_utxocache_flushed_bytes_total",
    type: "counter",
    help: "Memory that the cache used when it was written to disk.",
    labels: [FLUSH_MODE, FOR_PRUNE],
    see: ({ mode, for_prune, memory }, take) => take(memory, mode, for_prune),
  },
  {
    ...flush,
    name: "corelens_utxocache_flush_duration_seconds",
    type: "histogram",
    help: "How long writing the cache to disk took; 0 where the node's clock was set back.",
    labels: [FLUSH_MODE],
    buckets: DURATIONS,
    see: ({ mode, duration_us }, take) =>
      take(duration_us === null ? null : Math.max(0, Number(duration_us)) / 1e6, mode),
  },
  {
    ...flush,
    name: "corelens_utxocache_last_flush_timestamp_seconds",
    type: "gauge",
    help: "When the cache was last written to disk.",
    labels: [],
    see: ({ time }, take) => take(time / 1000),
  },
  {
    ...flush,
    name: "corelens_utxocache_last_flush_coins",
    type: "gauge",
    help: "Coins in the cache when it was last written to disk.",
    labels: [],
    see: ({ coins }, take) => take(coins),
  },
  {
    ...flush,
    name: "corelens_utxocache_last_flush_bytes",
    type: "gauge",
    help: "Memory that the cache used when it was last written to disk.",
    labels: [],
    see: ({ memory }, take) => take(memory),
  },
];
