import type { Dashboard } from "./dashboard.ts";
import { graph, heatmap, stat } from "./panel.ts";
import { bucketsOf, quantileOf, rateOf } from "./query.ts";

export const BLOCKS: Dashboard = {
  title: "corelens: block validation",
  panels: [
    stat("Height", "none", "max(corelens_last_block_height{@} or corelens_chain_height{@})"),
    stat("Headers ahead", "none", "corelens_chain_headers_height{@} - corelens_chain_height{@}"),
    stat("Transactions", "none", "corelens_last_block_transactions{@}"),
    stat("Inputs", "none", "corelens_last_block_inputs{@}"),
    stat("Sigops cost", "none", "corelens_last_block_sigops_cost{@}"),
    stat("Time to connect", "s", "corelens_last_block_connection_duration_seconds{@}"),
    heatmap(
      "Time to connect a block",
      "s",
      bucketsOf("corelens_block_connection_duration_seconds"),
    ),
    graph("Time to connect a block", "s", [
      [quantileOf(0.5, "corelens_block_connection_duration_seconds"), "median"],
      [quantileOf(0.95, "corelens_block_connection_duration_seconds"), "95 %"],
    ]),
    graph("Blocks a second", "short", [[rateOf("corelens_blocks_connected_total"), "blocks"]]),
    graph("Inputs and transactions a second", "short", [
      [rateOf("corelens_block_transactions_total"), "transactions"],
      [rateOf("corelens_block_inputs_total"), "inputs"],
    ]),
    graph("Sigops cost a second", "short", [[rateOf("corelens_block_sigops_cost_total"), "cost"]]),
    graph("Chain tips", "none", [["corelens_chain_tips{@}", "{{status}}"]]),
    graph("Blocks in flight", "none", [
      ["corelens_blocks_in_flight{@}", "heights"],
      ["corelens_peers_with_blocks_in_flight{@}", "peers"],
    ]),
    graph("Verification progress", "percentunit", [
      ["corelens_chain_verification_progress_ratio{@}", "verified"],
    ]),
  ],
};
