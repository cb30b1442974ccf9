import type { Dashboard } from "./dashboard.ts";
import { graph, heatmap, stacked } from "./panel.ts";
import { bucketsOf, rateOf } from "./query.ts";

export const CONNECTIONS: Dashboard = {
  title: "corelens: connections",
  panels: [
    stacked("Peers by network", "none", [["sum by (network) (corelens_peers{@})", "{{network}}"]]),
    stacked("Peers by connection type", "none", [
      ["corelens_peers_by_connection_type{@}", "{{connection_type}}"],
    ]),
    stacked("Peers by software", "none", [
      ["corelens_peers_by_user_agent{@} > 0", "{{user_agent}}"],
    ]),
    graph("Encrypted transport (v2)", "percentunit", [
      [
        'sum(corelens_peers_by_transport{transport="v2",@}) / sum(corelens_peers_by_transport{@})',
        "share of peers",
      ],
    ]),
    graph("Opened a minute", "short", [
      [
        `60 * ${rateOf("corelens_connections_opened_total", "direction, network")}`,
        "{{direction}} {{network}}",
      ],
    ]),
    graph("Closed a minute", "short", [
      [
        `60 * ${rateOf("corelens_connections_closed_total", "direction, network")}`,
        "{{direction}} {{network}}",
      ],
      [`60 * ${rateOf("corelens_connections_evicted_total")}`, "evicted"],
    ]),
    heatmap(
      "Duration of closed connections",
      "s",
      bucketsOf("corelens_connection_duration_seconds"),
    ),
    graph("Misbehaviour an hour", "none", [
      ["sum by (reason) (increase(corelens_peer_misbehaviours_total{@}[1h]))", "{{reason}}"],
    ]),
    graph("Ping times", "s", [["corelens_peer_ping_seconds{@}", "{{statistic}}"]]),
    graph("Unusual peers", "none", [
      ["corelens_peers_ping_overdue{@}", "ping overdue"],
      ["corelens_peers_wrong_clock{@}", "clock {{clock}}"],
      ["corelens_peers_address_rate_limited{@}", "sends too many addresses"],
    ]),
    graph("Known addresses", "short", [["corelens_known_addresses{@}", "{{network}} {{table}}"]]),
    graph("Inbound IPv4 peers per /16 subnet", "none", [
      [
        'sum(corelens_peers{direction="inbound",network="ipv4",@}) / corelens_peers_inbound_ipv4_subnets{@}',
        "peers per subnet",
      ],
    ]),
    graph("Transactions queued for announcement to a peer", "none", [
      ["corelens_peer_inventory_to_send{@}", "{{statistic}}"],
    ]),
    graph("Compact blocks in high-bandwidth mode", "none", [
      ["corelens_peers_high_bandwidth{@}", "requested by the {{chosen_by}}"],
    ]),
  ],
};
