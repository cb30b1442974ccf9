import type { Dashboard } from "./dashboard.ts";
import { graph, heatmap, stacked, stat } from "./panel.ts";
import { rateOf } from "./query.ts";

export const TRAFFIC: Dashboard = {
  title: "corelens: P2P traffic",
  panels: [
    stacked("Bytes from peers", "Bps", [
      [
        rateOf("corelens_p2p_message_bytes_total", "message", 'direction="inbound",'),
        "{{message}}",
      ],
    ]),
    stacked("Bytes to peers", "Bps", [
      [
        rateOf("corelens_p2p_message_bytes_total", "message", 'direction="outbound",'),
        "{{message}}",
      ],
    ]),
    stacked("Messages from peers", "reqps", [
      [rateOf("corelens_p2p_messages_total", "message", 'direction="inbound",'), "{{message}}"],
    ]),
    stacked("Messages to peers", "reqps", [
      [rateOf("corelens_p2p_messages_total", "message", 'direction="outbound",'), "{{message}}"],
    ]),
    graph("Messages by connection type (with --connection-types)", "reqps", [
      [rateOf("corelens_p2p_messages_total", "connection_type"), "{{connection_type}}"],
    ]),
    graph("Pings per peer and second", "short", [
      [
        `${rateOf("corelens_p2p_messages_total", "", 'direction="inbound",message="ping",')} / sum(corelens_peers{@})`,
        "pings",
      ],
    ]),
    heatmap(
      "Sizes of transactions from peers",
      "decbytes",
      'sum by (le) (rate(corelens_p2p_message_size_bytes_bucket{direction="inbound",message="tx",@}[$__rate_interval]))',
    ),
    heatmap(
      "Sizes of announcements to peers",
      "decbytes",
      'sum by (le) (rate(corelens_p2p_message_size_bytes_bucket{direction="outbound",message="inv",@}[$__rate_interval]))',
    ),
    stat(
      "Received in 24 h",
      "decbytes",
      'sum(increase(corelens_p2p_message_bytes_total{direction="inbound",@}[24h]))',
      6,
    ),
    stat(
      "Sent in 24 h",
      "decbytes",
      'sum(increase(corelens_p2p_message_bytes_total{direction="outbound",@}[24h]))',
      6,
    ),
    stat(
      "Compact blocks rebuilt without getblocktxn, 24 h",
      "percentunit",
      '1 - sum(increase(corelens_p2p_messages_total{direction="outbound",message="getblocktxn",@}[24h])) / sum(increase(corelens_blocks_connected_total{@}[24h]))',
      6,
    ),
    stat(
      "Unknown messages, 24 h",
      "none",
      'sum(increase(corelens_p2p_messages_total{message="other",@}[24h]))',
      6,
    ),
  ],
};
