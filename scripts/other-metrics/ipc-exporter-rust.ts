import type { OtherTool } from "./other-tool.ts";

export const IPC_EXPORTER_RUST: OtherTool = {
  tool: "ipc-exporter-rust",
  from: "`bitcoin_` omitted",
  rows: [
    ["blocks_connected_total", "corelens_blocks_connected_total"],
    [
      "blocks_disconnected_total",
      "corelens_blocks_replaced_total",
      "counted when other blocks replace them: no tracepoint reports disconnected blocks",
    ],
    ["mempool_tx_added_total", "corelens_mempool_added_total"],
    ["mempool_tx_removed_total", "corelens_mempool_removed_total", "by reason"],
    ["tip_updates_total", "corelens_blocks_connected_total", "the tip changes with every block"],
    ["chain_state_flushes_total", "corelens_utxocache_flushes_total"],
    ["bytes_recv_total, bytes_sent_total", "corelens_node_network_bytes_total"],
    ["utxo_cache_{add,spend,uncache}_total", "corelens_utxocache_coins_total"],
    ["utxo_cache_{add,spend,uncache}_value_total", "corelens_utxocache_value_satoshis_total"],
    ["block_height", "corelens_chain_height"],
    ["header_height", "corelens_chain_headers_height"],
    ["ibd", "corelens_chain_initial_block_download"],
    ["verification_progress", "corelens_chain_verification_progress_ratio"],
    ["mempool_size", "corelens_mempool_transactions"],
    ["mempool_bytes", "corelens_mempool_memory_bytes"],
    ["mempool_max_bytes", "corelens_mempool_memory_max_bytes"],
    ["peers", "corelens_peers", "by direction and network"],
  ],
};
