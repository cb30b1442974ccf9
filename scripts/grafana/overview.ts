import type { Dashboard } from "./dashboard.ts";
import { graph, stat } from "./panel.ts";
import { quantileOf, rateOf } from "./query.ts";

export const OVERVIEW: Dashboard = {
  title: "corelens: overview",
  panels: [
    stat("Height", "none", "max(corelens_chain_height{@} or corelens_last_block_height{@})"),
    stat(
      "Age of the last block",
      "s",
      "time() - max(corelens_chain_last_block_timestamp_seconds{@})",
    ),
    stat("Verified", "percentunit", "corelens_chain_verification_progress_ratio{@}"),
    stat("Peers", "none", "sum(corelens_peers{@})"),
    stat("Mempool", "none", "corelens_mempool_transactions{@}"),
    stat("Traced", "none", "corelens_attached{@}"),
    graph("Messages a second", "short", [
      [rateOf("corelens_p2p_messages_total", "direction"), "{{direction}}"],
    ]),
    graph("Traffic", "Bps", [
      [rateOf("corelens_node_network_bytes_total", "direction"), "{{direction}}"],
    ]),
    graph("Transactions a second", "short", [
      [rateOf("corelens_mempool_added_total"), "added"],
      [rateOf("corelens_mempool_rejected_total"), "rejected"],
      [rateOf("corelens_mempool_replaced_total"), "replaced"],
    ]),
    graph("Time to connect a block", "s", [
      ["corelens_last_block_connection_duration_seconds{@}", "last"],
      [quantileOf(0.95, "corelens_block_connection_duration_seconds"), "95 %"],
    ]),
    graph("CPU cost of tracing, share of a core", "percentunit", [
      [rateOf("corelens_node_cost_seconds_total"), "the node"],
      ["rate(process_cpu_seconds_total{@}[$__rate_interval])", "corelens"],
    ]),
    graph("Events lost a second", "short", [
      [rateOf("corelens_events_lost_total", "tracepoint"), "{{tracepoint}}"],
    ]),
  ],
};
