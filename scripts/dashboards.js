/**
 * The dashboards in packaging/grafana/, from what their panels show. A query's \`@\` stands for what chooses the node,
 * which every query has to have.
 */

const NODE = 'instance=~"$instance"';

/** @typedef {readonly [query: string, legend?: string]} Query */

/**
 * @param {string} title
 * @param {string} unit of Grafana: s, decbytes, Bps, reqps, short, percentunit, none
 * @param {readonly Query[]} queries
 * @param {object} [more]
 */
const graph = (title, unit, queries, more = {}) => ({
  type: "timeseries",
  title,
  unit,
  queries,
  width: 12,
  ...more,
});
const stacked = (title, unit, queries, more = {}) =>
  graph(title, unit, queries, { stack: true, ...more });
const stat = (title, unit, queries, more = {}) => ({
  type: "stat",
  title,
  unit,
  queries,
  width: 4,
  ...more,
});
const heatmap = (title, unit, query, more = {}) => ({
  ...{ type: "heatmap", title, unit, width: 12, queries: [[query, "{{le}}"]] },
  ...more,
});

const bucketsOf = (metric, by = "le") =>
  `sum by (${by}) (rate(${metric}_bucket{@}[$__rate_interval]))`;
const rateOf = (metric, by, chosen = "") =>
  by
    ? `sum by (${by}) (rate(${metric}{${chosen}@}[$__rate_interval]))`
    : `sum(rate(${metric}{${chosen}@}[$__rate_interval]))`;
const quantileOf = (quantile, metric) => `histogram_quantile(${quantile}, ${bucketsOf(metric)})`;

const DASHBOARDS = {
  overview: {
    title: "corelens: overview",
    panels: [
      stat("Height", "none", [["max(corelens_chain_height{@} or corelens_last_block_height{@})"]]),
      stat("Last block", "s", [["time() - max(corelens_chain_last_block_timestamp_seconds{@})"]]),
      stat("Verified", "percentunit", [["corelens_chain_verification_progress_ratio{@}"]]),
      stat("Peers", "none", [["sum(corelens_peers{@})"]]),
      stat("Mempool", "none", [["corelens_mempool_transactions{@}"]]),
      stat("Traced", "none", [["corelens_attached{@}"]]),
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
      graph("Connecting a block", "s", [
        ["corelens_last_block_connection_duration_seconds{@}", "last"],
        [quantileOf(0.95, "corelens_block_connection_duration_seconds"), "95 %"],
      ]),
      graph("What tracing costs, as a share of a core", "percentunit", [
        [rateOf("corelens_node_cost_seconds_total"), "the node"],
        ["rate(process_cpu_seconds_total{@}[$__rate_interval])", "corelens"],
      ]),
      graph("Events lost a second", "short", [
        [rateOf("corelens_events_lost_total", "tracepoint"), "{{tracepoint}}"],
      ]),
    ],
  },
  traffic: {
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
      graph("Pings from a peer each second", "short", [
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
        [['sum(increase(corelens_p2p_message_bytes_total{direction="inbound",@}[24h]))']],
        { width: 6 },
      ),
      stat(
        "Sent in 24 h",
        "decbytes",
        [['sum(increase(corelens_p2p_message_bytes_total{direction="outbound",@}[24h]))']],
        { width: 6 },
      ),
      stat(
        "Blocks rebuilt without asking, 24 h",
        "percentunit",
        [
          [
            '1 - sum(increase(corelens_p2p_messages_total{direction="outbound",message="getblocktxn",@}[24h])) / sum(increase(corelens_blocks_connected_total{@}[24h]))',
          ],
        ],
        { width: 6 },
      ),
      stat(
        "Unknown messages, 24 h",
        "none",
        [['sum(increase(corelens_p2p_messages_total{message="other",@}[24h]))']],
        { width: 6 },
      ),
    ],
  },
  blocks: {
    title: "corelens: block validation",
    panels: [
      stat("Height", "none", [["max(corelens_last_block_height{@} or corelens_chain_height{@})"]]),
      stat("Headers ahead", "none", [
        ["corelens_chain_headers_height{@} - corelens_chain_height{@}"],
      ]),
      stat("Transactions", "none", [["corelens_last_block_transactions{@}"]]),
      stat("Inputs", "none", [["corelens_last_block_inputs{@}"]]),
      stat("Sigops cost", "none", [["corelens_last_block_sigops_cost{@}"]]),
      stat("Connecting it took", "s", [["corelens_last_block_connection_duration_seconds{@}"]]),
      heatmap("Connecting a block", "s", bucketsOf("corelens_block_connection_duration_seconds")),
      graph("Connecting a block", "s", [
        [quantileOf(0.5, "corelens_block_connection_duration_seconds"), "median"],
        [quantileOf(0.95, "corelens_block_connection_duration_seconds"), "95 %"],
      ]),
      graph("Blocks a second", "short", [[rateOf("corelens_blocks_connected_total"), "blocks"]]),
      graph("Inputs and transactions a second", "short", [
        [rateOf("corelens_block_transactions_total"), "transactions"],
        [rateOf("corelens_block_inputs_total"), "inputs"],
      ]),
      graph("Sigops cost a second", "short", [
        [rateOf("corelens_block_sigops_cost_total"), "cost"],
      ]),
      graph("Branches", "none", [["corelens_chain_tips{@}", "{{status}}"]]),
      graph("Blocks in flight", "none", [
        ["corelens_blocks_in_flight{@}", "heights"],
        ["corelens_peers_with_blocks_in_flight{@}", "peers"],
      ]),
      graph("Progress", "percentunit", [
        ["corelens_chain_verification_progress_ratio{@}", "verified"],
      ]),
    ],
  },
  mempool: {
    title: "corelens: mempool",
    panels: [
      stat("Transactions", "none", [["corelens_mempool_transactions{@}"]]),
      stat("Virtual size", "none", [["corelens_mempool_vbytes{@}"]]),
      stat("Memory", "percentunit", [
        ["corelens_mempool_memory_bytes{@} / corelens_mempool_memory_max_bytes{@}"],
      ]),
      stat("Lowest fee rate, sat/vB", "none", [
        ["corelens_mempool_min_fee_rate_satoshis_per_vbyte{@}"],
      ]),
      stat("Next block, sat/vB", "none", [
        ['corelens_fee_estimate_satoshis_per_vbyte{blocks="2",@}'],
      ]),
      stat("Unbroadcast", "none", [["corelens_mempool_unbroadcast_transactions{@}"]]),
      graph("Transactions", "none", [["corelens_mempool_transactions{@}", "in the mempool"]]),
      graph("Memory", "decbytes", [
        ["corelens_mempool_memory_bytes{@}", "used"],
        ["corelens_mempool_memory_max_bytes{@}", "allowed"],
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
        "Fee rates of what is added, sat/vB",
        "none",
        bucketsOf("corelens_mempool_added_fee_rate_satoshis_per_vbyte"),
      ),
      heatmap(
        "Time until a block takes it",
        "s",
        'sum by (le) (rate(corelens_mempool_stay_seconds_bucket{reason="block",@}[$__rate_interval]))',
      ),
      graph("Fee estimates, sat/vB", "none", [
        ["corelens_fee_estimate_satoshis_per_vbyte{@}", "{{blocks}} blocks"],
      ]),
      graph("Lowest fee rates, sat/vB", "none", [
        ["corelens_mempool_min_fee_rate_satoshis_per_vbyte{@}", "taken"],
        ["corelens_mempool_min_relay_fee_rate_satoshis_per_vbyte{@}", "relayed"],
      ]),
    ],
  },
  utxocache: {
    title: "corelens: UTXO cache",
    panels: [
      graph("Coins a second", "short", [
        [rateOf("corelens_utxocache_coins_total", "operation"), "{{operation}}"],
      ]),
      graph("Value a second, BTC", "none", [
        [
          `${rateOf("corelens_utxocache_value_satoshis_total", "operation")} / 1e8`,
          "{{operation}}",
        ],
      ]),
      stat("Last flush", "s", [["time() - corelens_utxocache_last_flush_timestamp_seconds{@}"]], {
        width: 8,
      }),
      stat("Coins at the last flush", "short", [["corelens_utxocache_last_flush_coins{@}"]], {
        width: 8,
      }),
      stat("Memory at the last flush", "decbytes", [["corelens_utxocache_last_flush_bytes{@}"]], {
        width: 8,
      }),
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
  },
  connections: {
    title: "corelens: connections",
    panels: [
      stacked("Peers by network", "none", [
        ["sum by (network) (corelens_peers{@})", "{{network}}"],
      ]),
      stacked("Peers by connection type", "none", [
        ["corelens_peers_by_connection_type{@}", "{{connection_type}}"],
      ]),
      stacked("Peers by software", "none", [
        ["corelens_peers_by_user_agent{@} > 0", "{{user_agent}}"],
      ]),
      graph("Encrypted", "percentunit", [
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
        "How long closed connections lasted",
        "s",
        bucketsOf("corelens_connection_duration_seconds"),
      ),
      graph("Misbehaviour an hour", "none", [
        ["sum by (reason) (increase(corelens_peer_misbehaviors_total{@}[1h]))", "{{reason}}"],
      ]),
      graph("Pings", "s", [["corelens_peer_ping_seconds{@}", "{{statistic}}"]]),
      graph("Out of the ordinary", "none", [
        ["corelens_peers_ping_overdue{@}", "ping overdue"],
        ["corelens_peers_wrong_clock{@}", "clock {{clock}}"],
        ["corelens_peers_address_rate_limited{@}", "sends too many addresses"],
      ]),
      graph("Known addresses", "short", [["corelens_known_addresses{@}", "{{network}} {{table}}"]]),
      graph("Inbound IPv4 peers in one /16", "none", [
        [
          'sum(corelens_peers{direction="inbound",network="ipv4",@}) / corelens_peers_inbound_ipv4_subnets{@}',
          "peers a subnet",
        ],
      ]),
      graph("Waiting to be announced to a peer", "none", [
        ["corelens_peer_inventory_to_send{@}", "{{statistic}}"],
      ]),
      graph("Compact blocks at once", "none", [
        ["corelens_peers_high_bandwidth{@}", "chosen by the {{chosen_by}}"],
      ]),
    ],
  },
};

const COLUMNS = 24;
const HEIGHTS = { stat: 4, timeseries: 8, heatmap: 8 };
/** A variable of Grafana's. */
const SOURCE = { type: "prometheus", uid: "$datasource" };

/** The files by their path. */
export function dashboards() {
  return Object.fromEntries(
    Object.entries(DASHBOARDS).map(([name, board]) => [
      `packaging/grafana/${name}.json`,
      `${JSON.stringify(dashboard(name, board), null, 2)}\n`,
    ]),
  );
}

function dashboard(name, { title, panels }) {
  return {
    uid: `corelens-${name}`,
    title,
    tags: ["bitcoin", "corelens"],
    schemaVersion: 39,
    editable: true,
    graphTooltip: 1,
    refresh: "30s",
    time: { from: "now-6h", to: "now" },
    templating: { list: variables() },
    links: [
      {
        type: "dashboards",
        title: "corelens",
        tags: ["corelens"],
        asDropdown: true,
        keepTime: true,
        includeVars: true,
      },
    ],
    panels: placed(panels),
  };
}

function variables() {
  return [
    { name: "datasource", type: "datasource", label: "Prometheus", query: "prometheus" },
    {
      name: "instance",
      type: "query",
      label: "node",
      datasource: SOURCE,
      query: "label_values(corelens_info, instance)",
      refresh: 2,
      includeAll: true,
      multi: true,
      current: { text: "All", value: "$__all" },
    },
  ];
}

/** Side by side as long as there is room. */
function placed(panels) {
  let x = 0;
  let y = 0;
  let height = 0;
  return panels.map((each, i) => {
    if (x + each.width > COLUMNS) {
      x = 0;
      y += height;
    }
    height = HEIGHTS[each.type];
    const gridPos = { x, y, w: each.width, h: height };
    x += each.width;
    return panel(each, i + 1, gridPos);
  });
}

function panel({ type, title, unit, queries, stack = false }, id, gridPos) {
  const custom = { fillOpacity: stack ? 60 : 10, stacking: { mode: stack ? "normal" : "none" } };
  const targets = queries.map(([query, legend = ""], i) => ({
    refId: String.fromCharCode(65 + i),
    datasource: SOURCE,
    expr: query.replaceAll("@", NODE),
    legendFormat: legend || "__auto",
    ...(type === "heatmap" && { format: "heatmap" }),
  }));
  return {
    ...{ id, type, title, gridPos, targets, datasource: SOURCE },
    fieldConfig: {
      defaults: { unit, min: 0, ...(type === "timeseries" && { custom }) },
      overrides: [],
    },
    options: OPTIONS[type](unit),
  };
}

const OPTIONS = {
  timeseries: () => ({
    legend: { displayMode: "table", placement: "right", calcs: ["lastNotNull"] },
    tooltip: { mode: "multi", sort: "desc" },
  }),
  stat: () => ({
    reduceOptions: { calcs: ["lastNotNull"] },
    colorMode: "value",
    graphMode: "area",
  }),
  heatmap: (unit) => ({
    calculate: false,
    cellGap: 1,
    color: { mode: "scheme", scheme: "Oranges", steps: 64 },
    yAxis: { unit },
    legend: { show: true },
    tooltip: { mode: "single" },
  }),
};
