import type { Metric } from "#src/metrics/metric.js";
import { ALL_METRICS, METRICS } from "#src/metrics/table/table.js";
import { STATE_CALLS } from "#src/node/state/calls.js";
import { code, row } from "./markdown.ts";
import { OTHER_METRICS } from "./other-metrics/other-metrics.ts";
import type { OtherTool } from "./other-metrics/other-tool.ts";

const INTRO = `# Metrics

What \`corelens metrics\` serves at http://127.0.0.1:9332/metrics. See [operations.md](operations.md) for running it with
Prometheus, alerts and dashboards.

| from | how it is computed |
|---|---|
| kernel | counted by programs in the kernel; exact, nothing is lost |
| events | from events as they are read; \`corelens_events_lost_total\` counts the lost ones |
| node | from the node's RPC answers, every few seconds ([rpc.md](rpc.md)); missing while it does not answer |
| corelens | from the state of tracing |

- **Unknown values have no series.** A release without a tracepoint or a node that does not answer has no series; a series
  with 0 was observed.
- **Labels have fixed sets of values**, whatever peers send: everything else is \`other\`, so the number of series is
  bounded. Message types that peers make up do not displace the real ones in the kernel either.
- **Counters continue over restarts of the node.** Only \`corelens_node_network_bytes_total\` is the node's own counter. It
  restarts at 0, which \`rate()\` handles.
- Units are seconds, bytes, satoshis and satoshis per vbyte. The kernel counts message sizes in the buckets of their
  histogram, so these counts are exact.
- The mempool's histogram of feerates has the classes of \`mempool-monitor\` and the Mempool page.
`;

/** Renamed metrics. */
const RENAMED = [
  ["corelens_mempool_stay_seconds", "corelens_mempool_residence_seconds", "0.2"],
  ["corelens_peer_misbehaviors_total", "corelens_peer_misbehaviours_total", "0.2"],
] as const;

const SOURCES: Readonly<Record<Metric["from"], string>> = {
  events: "events",
  model: "events",
  counts: "kernel",
  state: "node",
  own: "corelens",
};

/** docs/metrics.md, from the table of metrics and the tables of other tools. */
export function metricsDocument(): string {
  const sections = Object.entries<readonly Metric[]>(METRICS).map(
    ([title, metrics]) =>
      `\n## ${title}\n\n| metric | type | labels | from | meaning |\n|---|---|---|---|---|\n` +
      metrics.map(metricRow).join(""),
  );
  return [
    INTRO,
    ...sections,
    labelsSection(),
    renamedSection(),
    "\n## Coming from another tool\n\nOther tools' metrics with their equivalents in corelens, or the reason why there is none.\n",
    ...OTHER_METRICS.map(otherToolSection),
  ].join("");
}

function metricRow(metric: Metric): string {
  const { name, type, labels, help, buckets } = metric;
  const bounds = buckets ? ` Buckets: ${buckets.join(", ")}.` : "";
  const names = labels.map((label) => label.name).join(", ");
  return row([code(name), type, names, sourceOf(metric), help + bounds]);
}

function sourceOf(metric: Metric): string {
  const source = SOURCES[metric.from];
  switch (metric.from) {
    case "events":
    case "model":
      return `${source}: ${metric.on.join(", ")}`;
    case "counts":
      return `${source}: ${metric.count.tracepoints.join(", ")}`;
    case "state":
      return `${source}: ${STATE_CALLS[metric.part].method}`;
    case "own":
      return source;
  }
}

/** Labels by name. The same name can have different values in different metrics. */
function labelsSection(): string {
  const rows = new Set(
    ALL_METRICS.flatMap(({ labels }) => labels).map(({ name, meaning, values }) =>
      row([code(name), meaning, values ? values.join(", ") : "one"]),
    ),
  );
  return `\n## Labels\n\n| label | meaning | values |\n|---|---|---|\n${[...rows].toSorted().join("")}`;
}

function renamedSection(): string {
  const rows = RENAMED.map(([before, now, since]) => row([code(before), code(now), since]));
  return `\n## Renamed metrics\n\n| before | now | since |\n|---|---|---|\n${rows.join("")}`;
}

function otherToolSection({ tool, from, rows }: OtherTool): string {
  const lines = rows.map(([theirs, ours, note = ""]) =>
    row([
      theirs.split(", ").map(code).join(", "),
      ours ? [code(ours), note].filter(Boolean).join(", ") : note,
    ]),
  );
  return `\n### ${tool}\n\n| ${tool}, ${from} | corelens |\n|---|---|\n${lines.join("")}`;
}
