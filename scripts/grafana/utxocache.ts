import type { Dashboard } from "./dashboard.ts";
import { graph, heatmap, stat } from "./panel.ts";
import { bucketsOf, rateOf } from "./query.ts";

export const UTXOCACHE: Dashboard = {
  title: "corelens: UTXO cache",
  panels: [
    graph("Coins a second", "short", [
      [rateOf("corelens_utxocache_coins_total", "operation"), "{{operation}}"],
    ]),
    graph("Value a second, BTC", "none", [
      [`${rateOf("corelens_utxocache_value_satoshis_total", "operation")} / 1e8`, "{{operation}}"],
    ]),
    stat(
      "Time since the last flush",
      "s",
      "time() - corelens_utxocache_last_flush_timestamp_seconds{@}",
      8,
    ),
    stat("Coins at the last flush", "short", "corelens_utxocache_last_flush_coins{@}", 8),
    stat("Memory at the last flush", "decbytes", "corelens_utxocache_last_flush_bytes{@}", 8),
    graph("Flushes an hour", "none", [
      [
        "sum by (mode, for_prune) (increase(corelens_utxocache_flushes_total{@}[1h]))",
        "{{mode}}, for pruning: {{for_prune}}",
      ],
    ]),
    heatmap("Duration of flushes", "s", bucketsOf("corelens_utxocache_flush_duration_seconds")),
    graph("Share of time spent flushing", "percentunit", [
      [rateOf("corelens_utxocache_flush_duration_seconds_sum", "mode"), "{{mode}}"],
    ]),
    graph("Written a second", "short", [
      [rateOf("corelens_utxocache_flushed_coins_total"), "coins"],
      [rateOf("corelens_utxocache_flushed_bytes_total"), "bytes"],
    ]),
  ],
};
