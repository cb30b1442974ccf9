/** docs/metrics.md, from the table of metrics and that of other tools' metrics. */

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

/** @param {unknown[]} cells */
const row = (cells) =>
  `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |\n`;

const SOURCES = {
  events: "events",
  chain: "events",
  counts: "kernel",
  state: "node",
  own: "corelens",
};

/**
 * @param metrics sections of metrics, by title
 * @param calls the calls that read a part of the node's state
 * @param others of other tools
 */
export function metricsDocument(metrics, calls, others) {
  const sections = Object.entries(metrics).map(
    ([title, list]) =>
      `\n## ${title}\n\n| metric | type | labels | from | meaning |\n|---|---|---|---|---|\n` +
      list.map((metric) => metricRow(metric, calls)).join(""),
  );
  return [INTRO, ...sections, labelsSection(metrics), ...othersSection(others)].join("");
}

function metricRow(metric, calls) {
  const { name, type, labels, help, buckets } = metric;
  const bounds = buckets ? ` Buckets: ${buckets.join(", ")}.` : "";
  const names = labels.map((label) => label.name).join(", ");
  return row([`\`${name}\``, type, names, sourceOf(metric, calls), help + bounds]);
}

function sourceOf(metric, calls) {
  const source = SOURCES[metric.from];
  switch (metric.from) {
    case "events":
    case "chain":
      return `${source}: ${metric.on.join(", ")}`;
    case "counts":
      return `${source}: ${metric.count.tracepoints.join(", ")}`;
    case "state":
      return `${source}: ${calls[metric.part].method}`;
    default:
      return source;
  }
}

/** Labels by name; the same name can have other values in another metric. */
function labelsSection(metrics) {
  const rows = new Set(
    Object.values(metrics)
      .flat()
      .flatMap(({ labels }) => labels)
      .map(({ name, meaning, values }) =>
        row([`\`${name}\``, meaning, values ? values.join(", ") : "one"]),
      ),
  );
  return `\n## Labels\n\n| label | meaning | values |\n|---|---|---|\n${[...rows].toSorted().join("")}`;
}

function othersSection(others) {
  return [
    "\n## Coming from another tool\n\nTheir metrics, and the equal here or why there is none.\n",
    ...others.map(
      ({ tool, from, rows }) =>
        `\n### ${tool}\n\n| there, ${from} | here |\n|---|---|\n` +
        rows
          .map(([theirs, ours, note]) =>
            row([
              theirs
                .split(", ")
                .map((name) => `\`${name}\``)
                .join(", "),
              [ours && `\`${ours}\``, ours && note ? `, ${note}` : (note ?? "")].join(""),
            ]),
          )
          .join(""),
    ),
  ];
}
