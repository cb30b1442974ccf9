import type { StatePart, StateParts } from "../../node/state/node-state.ts";
import type { Label } from "../label.ts";
import { OTHER } from "../label.ts";
import type { StateMetric } from "../metric.ts";

const CHAIN: Label = {
  name: "chain",
  meaning: "the node's chain",
  values: ["main", "test", "testnet4", "signet", "regtest", OTHER],
};
const VERSION: Label = { name: "version", meaning: "the node's version", values: null };
const TIP_STATUS: Label = {
  name: "status",
  meaning: "the node's validation state of the branch",
  values: ["active", "valid-fork", "valid-headers", "headers-only", "invalid", OTHER],
};
const TARGET: Label = {
  name: "blocks",
  meaning: "the confirmation target in blocks",
  values: ["2", "6", "144"],
};
const TRAFFIC_DIRECTION: Label = {
  name: "direction",
  meaning: "as the node sees it",
  values: ["received", "sent"],
};

/** A gauge without labels from one part of the state. */
function gauge<Part extends StatePart>(
  part: Part,
  name: string,
  help: string,
  read: (value: NonNullable<StateParts[Part]>) => number | boolean | null,
): StateMetric {
  return {
    name,
    type: "gauge",
    help,
    labels: [],
    from: "state",
    part,
    read: (state, take) => {
      const value = state[part] as StateParts[Part] | null;
      if (value !== null) take(read(value as NonNullable<StateParts[Part]>));
    },
  };
}

export const CHAIN_STATE_METRICS: readonly StateMetric[] = [
  {
    name: "corelens_node_info",
    type: "gauge",
    help: "1, with the node's version and chain.",
    labels: [VERSION, CHAIN],
    from: "state",
    part: "network",
    read: ({ network, chain }, take) => {
      if (network?.version != null) take(1, versionText(network.version), chain?.chain);
    },
  },
  gauge("uptime", "corelens_node_uptime_seconds", "Uptime of the node.", (uptime) => uptime),
  gauge("chain", "corelens_chain_height", "Height of the active chain.", ({ height }) => height),
  gauge(
    "chain",
    "corelens_chain_headers_height",
    "Height of the best header.",
    ({ headers }) => headers,
  ),
  gauge(
    "chain",
    "corelens_chain_verification_progress_ratio",
    "The node's estimate of the verified share of the chain, 0 to 1.",
    (chain) => chain.verification_progress,
  ),
  gauge(
    "chain",
    "corelens_chain_initial_block_download",
    "1 during initial block download.",
    (chain) => chain.initial_block_download,
  ),
  gauge(
    "chain",
    "corelens_chain_last_block_timestamp_seconds",
    "Time in the header of the last block, which its miner chose.",
    ({ block_time }) => block_time,
  ),
  gauge("chain", "corelens_chain_difficulty", "Mining difficulty.", ({ difficulty }) => difficulty),
  gauge(
    "chain",
    "corelens_chain_disk_bytes",
    "Size of blocks and undo data on disk.",
    ({ size_on_disk }) => size_on_disk,
  ),
  gauge("chain", "corelens_chain_pruned", "1 if the node prunes blocks.", ({ pruned }) => pruned),
  gauge(
    "chain",
    "corelens_node_warnings",
    "Number of the node's current warnings.",
    ({ warnings }) => warnings.length,
  ),
  {
    name: "corelens_chain_tips",
    type: "gauge",
    help: "Chain tips: the active one and those of other branches.",
    labels: [TIP_STATUS],
    zeros: true,
    from: "state",
    part: "tips",
    read: ({ tips }, take) => {
      for (const { status } of tips ?? []) take(1, status);
    },
  },
  gauge(
    "transactions",
    "corelens_chain_transactions",
    "Transactions in the whole chain.",
    ({ transactions }) => transactions,
  ),
  gauge(
    "transactions",
    "corelens_chain_transactions_per_second",
    "Average transactions per second in the month before the last block.",
    ({ rate }) => rate,
  ),
  gauge(
    "mempool",
    "corelens_mempool_loaded",
    "1 after the node has loaded the mempool from disk.",
    ({ loaded }) => loaded,
  ),
  gauge(
    "mempool",
    "corelens_mempool_transactions",
    "Transactions in the mempool.",
    ({ transactions }) => transactions,
  ),
  gauge(
    "mempool",
    "corelens_mempool_vbytes",
    "Virtual size of the transactions in the mempool.",
    ({ vsize }) => vsize,
  ),
  gauge(
    "mempool",
    "corelens_mempool_memory_bytes",
    "Memory that the mempool uses.",
    ({ memory_usage }) => memory_usage,
  ),
  gauge(
    "mempool",
    "corelens_mempool_memory_max_bytes",
    "Maximum memory of the mempool.",
    ({ memory_max }) => memory_max,
  ),
  gauge(
    "mempool",
    "corelens_mempool_fees_satoshis",
    "Total fees of the transactions in the mempool.",
    ({ fees }) => fees,
  ),
  gauge(
    "mempool",
    "corelens_mempool_min_fee_rate_satoshis_per_vbyte",
    "Minimum fee rate that the mempool accepts.",
    ({ min_fee_rate }) => min_fee_rate,
  ),
  gauge(
    "mempool",
    "corelens_mempool_min_relay_fee_rate_satoshis_per_vbyte",
    "Minimum fee rate that the node relays.",
    ({ min_relay_fee_rate }) => min_relay_fee_rate,
  ),
  gauge(
    "mempool",
    "corelens_mempool_incremental_fee_rate_satoshis_per_vbyte",
    "Minimum increase of the fee rate for a replacement.",
    ({ incremental_fee_rate }) => incremental_fee_rate,
  ),
  gauge(
    "mempool",
    "corelens_mempool_unbroadcast_transactions",
    "The node's own transactions that no peer has requested yet.",
    ({ unbroadcast }) => unbroadcast,
  ),
  {
    name: "corelens_fee_estimate_satoshis_per_vbyte",
    type: "gauge",
    help: "Estimated fee rate to confirm within the target; missing while the node has too little data.",
    labels: [TARGET],
    from: "state",
    part: "fees",
    read: ({ fees }, take) => {
      for (const { target, fee_rate } of fees ?? []) take(fee_rate, target);
    },
  },
  {
    name: "corelens_node_network_bytes_total",
    type: "counter",
    help: "Bytes received from and sent to all peers since the node's start; restarts at 0 with the node.",
    labels: [TRAFFIC_DIRECTION],
    from: "state",
    part: "traffic",
    read: ({ traffic }, take) => {
      take(traffic?.bytes_received, "received");
      take(traffic?.bytes_sent, "sent");
    },
  },
];

/** `310000` is 31.0.0. */
function versionText(version: number): string {
  return [version / 10_000, (version / 100) % 100, version % 100].map(Math.trunc).join(".");
}
