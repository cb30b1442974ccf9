import type { Metric } from "#src/metrics/metric.js";
import { ALL_METRICS, METRICS } from "#src/metrics/table/table.js";
import { STATE_CALLS } from "#src/node/state/calls.js";
import { code, row } from "./markdown.ts";
import { OTHER_METRICS } from "./other-metrics/other-metrics.ts";
import type { OtherTool } from "./other-metrics/other-tool.ts";

const INTRO = `# Metrics

What \`corelens metrics\` serves at http://127.0.0.1:9332/metrics. [operations.md](operations.md) tells how to run it, with
Prometheus, alerts and dashboards.

| from | how it is computed |
|---|---|
| kernel | counted where it happens by programs in the kernel; exact, and nothing is ever lost |
| events | from events as they are read; those that were lost are in \`corelens_events_lost_total\` |
| node | from what the node answers when it is asked every few seconds ([rpc.md](rpc.md)); left out when it does not answer |
| corelens | how tracing goes |

- **What is not known has no series.** An old release without a tracepoint, a node that is not asked: nothing is 0 that
  was not looked at.
- **Labels have a fixed set of values**, whatever peers send: everything else is \`other\`. So series never multiply. A
  peer that makes up message types takes no room from the real ones in the kernel either.
- **Counters go on over restarts of the node.** Only \`corelens_node_network_bytes_total\` is the node's own and
  begins anew with it, which \`rate()\` understands.
- Units are seconds, bytes, satoshis and satoshis per vbyte. Histograms of messages have bounds like 63, since the
  kernel's buckets end before powers of two: sizes are whole numbers, so nothing is approximate.
`;

const SOURCES: Readonly<Record<Metric["from"], string>> = {
  events: "events",
  chain: "events",
  counts: "kernel",
  state: "node",
  own: "corelens",
};

/** docs/metrics.md, from the table of metrics and those of other tools. */
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
    "\n## Coming from another tool\n\nTheir metrics, and the equal here or why there is none.\n",
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
    case "chain":
      return `${source}: ${metric.on.join(", ")}`;
    case "counts":
      return `${source}: ${metric.count.tracepoints.join(", ")}`;
    case "state":
      return `${source}: ${STATE_CALLS[metric.part].method}`;
    case "own":
      return source;
  }
}

/** Labels by name; the same name can have other values in another metric. */
function labelsSection(): string {
  const rows = new Set(
    ALL_METRICS.flatMap(({ labels }) => labels).map(({ name, meaning, values }) =>
      row([code(name), meaning, values ? values.join(", ") : "one"]),
    ),
  );
  return `\n## Labels\n\n| label | meaning | values |\n|---|---|---|\n${[...rows].toSorted().join("")}`;
}

function otherToolSection({ tool, from, rows }: OtherTool): string {
  const lines = rows.map(([theirs, ours, note = ""]) =>
    row([
      theirs.split(", ").map(code).join(", "),
      ours ? [code(ours), note].filter(Boolean).join(", ") : note,
    ]),
  );
  return `\n### ${tool}\n\n| there, ${from} | here |\n|---|---|\n${lines.join("")}`;
}
