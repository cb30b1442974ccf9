import type { Dashboard } from "./dashboard.ts";
import { graph, heatmap, stacked, stat } from "./panel.ts";
import { bucketsOf, rateOf } from "./query.ts";

export const MEMPOOL: Dashboard = {
  title: "corelens: mempool",
  panels: [
    stat("Transactions", "none", "corelens_mempool_transactions{@}"),
    stat("Virtual size", "none", "corelens_mempool_vbytes{@}"),
    stat(
      "Memory",
      "percentunit",
      "corelens_mempool_memory_bytes{@} / corelens_mempool_memory_max_bytes{@}",
    ),
    stat("Minimum fee rate, sat/vB", "none", "corelens_mempool_min_fee_rate_satoshis_per_vbyte{@}"),
    stat("Next block, sat/vB", "none", 'corelens_fee_estimate_satoshis_per_vbyte{blocks="2",@}'),
    stat("Unbroadcast", "none", "corelens_mempool_unbroadcast_transactions{@}"),
    graph("Transactions", "none", [["corelens_mempool_transactions{@}", "in the mempool"]]),
    graph("Memory", "decbytes", [
      ["corelens_mempool_memory_bytes{@}", "used"],
      ["corelens_mempool_memory_max_bytes{@}", "maximum"],
    ]),
    graph("Added and replaced a second", "short", [
      [rateOf("corelens_mempool_added_total"), "added"],
      [rateOf("corelens_mempool_replaced_total", "by"), "replaced by {{by}}"],
    ]),
    stacked("Removed a second", "short", [
      [rateOf("corelens_mempool_removed_total", "reason"), "{{reason}}"],
    ]),
    stacked("Rejected a second", "short", [
      [rateOf("corelens_mempool_rejected_total", "reason"), "{{reason}}"],
    ]),
    graph("Virtual bytes a second", "short", [
      [rateOf("corelens_mempool_added_vbytes_total"), "added"],
      [rateOf("corelens_mempool_removed_vbytes_total", "reason"), "removed: {{reason}}"],
    ]),
    heatmap(
      "Fee rates of added transactions, sat/vB",
      "none",
      bucketsOf("corelens_mempool_added_fee_rate_satoshis_per_vbyte"),
    ),
    heatmap(
      "Time from the mempool to a block",
      "s",
      'sum by (le) (rate(corelens_mempool_residence_seconds_bucket{reason="block",@}[$__rate_interval]))',
    ),
    graph("Fee estimates, sat/vB", "none", [
      ["corelens_fee_estimate_satoshis_per_vbyte{@}", "{{blocks}} blocks"],
    ]),
    graph("Minimum fee rates, sat/vB", "none", [
      ["corelens_mempool_min_fee_rate_satoshis_per_vbyte{@}", "accepted"],
      ["corelens_mempool_min_relay_fee_rate_satoshis_per_vbyte{@}", "relayed"],
    ]),
  ],
};
