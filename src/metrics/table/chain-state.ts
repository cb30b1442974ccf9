import type { StatePart, StateParts } from "../../node/state/node-state.ts";
import type { Label } from "../label.ts";
import { OTHER } from "../label.ts";
import type { StateMetric } from "../metric.ts";

const CHAIN: Label = {
  name: "chain",
  meaning: "which network of nodes it belongs to",
  values: ["main", "test", "testnet4", "signet", "regtest", OTHER],
};
const VERSION: Label = { name: "version", meaning: "the node's", values: null };
const TIP_STATUS: Label = {
  name: "status",
  meaning: "what the node knows of the branch",
  values: ["active", "valid-fork", "valid-headers", "headers-only", "invalid", OTHER],
};
const TARGET: Label = {
  name: "blocks",
  meaning: "within how many a transaction should confirm",
  values: ["2", "6", "144"],
};
const TRAFFIC_DIRECTION: Label = {
  name: "direction",
  meaning: "as the node sees it",
  values: ["received", "sent"],
};

/** A gauge without labels, of one part of the state. */
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
  gauge("uptime", "corelens_node_uptime_seconds", "How long the node runs.", (uptime) => uptime),
  gauge("chain", "corelens_chain_height", "Height of the chain.", ({ height }) => height),
  gauge(
    "chain",
    "corelens_chain_headers_height",
    "Height of the best known headers.",
    ({ headers }) => headers,
  ),
  gauge(
    "chain",
    "corelens_chain_verification_progress_ratio",
    "The node's estimate of how much of the chain it has verified, 0 to 1.",
    (chain) => chain.verification_progress,
  ),
  gauge(
    "chain",
    "corelens_chain_initial_block_download",
    "1 while the node downloads the chain at first.",
    (chain) => chain.initial_block_download,
  ),
  gauge(
    "chain",
    "corelens_chain_last_block_timestamp_seconds",
    "The last block's time, as its miner wrote it.",
    ({ block_time }) => block_time,
  ),
  gauge("chain", "corelens_chain_difficulty", "The difficulty.", ({ difficulty }) => difficulty),
  gauge(
    "chain",
    "corelens_chain_disk_bytes",
    "Disk space of blocks and undo data.",
    ({ size_on_disk }) => size_on_disk,
  ),
  gauge("chain", "corelens_chain_pruned", "1 when old blocks are deleted.", ({ pruned }) => pruned),
  gauge(
    "chain",
    "corelens_node_warnings",
    "Warnings that the node shows.",
    ({ warnings }) => warnings.length,
  ),
  {
    name: "corelens_chain_tips",
    type: "gauge",
    help: "Ends of branches that the node knows.",
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
    "Transactions since the first block.",
    ({ transactions }) => transactions,
  ),
  gauge(
    "transactions",
    "corelens_chain_transactions_per_second",
    "Transactions a second, over the month before the last block.",
    ({ rate }) => rate,
  ),
  gauge(
    "mempool",
    "corelens_mempool_loaded",
    "1 once the mempool was loaded from disk.",
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
    "Memory that the mempool may use.",
    ({ memory_max }) => memory_max,
  ),
  gauge(
    "mempool",
    "corelens_mempool_fees_satoshis",
    "Fees of the transactions in the mempool.",
    ({ fees }) => fees,
  ),
  gauge(
    "mempool",
    "corelens_mempool_min_fee_rate_satoshis_per_vbyte",
    "The lowest fee rate that the mempool takes.",
    ({ min_fee_rate }) => min_fee_rate,
  ),
  gauge(
    "mempool",
    "corelens_mempool_min_relay_fee_rate_satoshis_per_vbyte",
    "The lowest fee rate that is relayed.",
    ({ min_relay_fee_rate }) => min_relay_fee_rate,
  ),
  gauge(
    "mempool",
    "corelens_mempool_incremental_fee_rate_satoshis_per_vbyte",
    "What a replacement has to pay more, at the least.",
    ({ incremental_fee_rate }) => incremental_fee_rate,
  ),
  gauge(
    "mempool",
    "corelens_mempool_unbroadcast_transactions",
    "Own transactions that no peer has asked for yet.",
    ({ unbroadcast }) => unbroadcast,
  ),
  {
    name: "corelens_fee_estimate_satoshis_per_vbyte",
    type: "gauge",
    help: "The fee rate with which a transaction should confirm in time; left out where the node has seen too little.",
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
    help: "All bytes from and to peers since the node was started; begins anew when it is.",
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
