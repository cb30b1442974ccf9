import type { OtherTool } from "./other-tool.ts";

export const BITCOIND_OBSERVER: OtherTool = {
  tool: "bitcoind-observer",
  from: "`bitcoindobserver_` omitted",
  rows: [
    ["runtime_start_timestamp", "process_start_time_seconds"],
    ["p2p_message_{inbound,outbound}_count", "corelens_p2p_messages_total"],
    ["p2p_message_{inbound,outbound}_bytes", "corelens_p2p_message_bytes_total"],
    ["validation_block_connected_height_last", "corelens_last_block_height"],
    ["validation_block_connected_count", "corelens_blocks_connected_total"],
    ["validation_block_connected_transaction_count", "corelens_block_transactions_total"],
    ["validation_block_connected_input_count", "corelens_block_inputs_total"],
    ["validation_block_connected_sigops_count", "corelens_block_sigops_cost_total"],
    [
      "validation_block_connected_timing",
      "corelens_block_connection_duration_seconds",
      "a histogram; its `_sum` is theirs",
    ],
    ["utxocache_{add,spent,uncache}", "corelens_utxocache_coins_total"],
    ["utxocache_flush", "corelens_utxocache_flushes_total"],
    [
      "utxocache_flush_duration",
      "corelens_utxocache_flush_duration_seconds",
      "a histogram, without for_prune",
    ],
    ["utxocache_flush_coins_count", "corelens_utxocache_flushed_coins_total"],
    ["utxocache_flush_coins_memusage", "corelens_utxocache_flushed_bytes_total"],
  ],
};
