import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { dashboards } from "../../scripts/grafana/dashboards.ts";
import { OTHER_METRICS } from "../../scripts/other-metrics/other-metrics.ts";
import { TRACEPOINTS } from "../../src/contract/contract.ts";
import type { RawEvent } from "../../src/event/event.ts";
import type { Metric } from "../../src/metrics/metric.ts";
import { ALL_METRICS, COUNTS, STREAMED, streamedFields } from "../../src/metrics/table/table.ts";
import { REPOSITORY } from "../helpers/command.ts";
import { describeNeeding, tool } from "../helpers/needs.ts";
import { collectorOf, simulatedEvents } from "./collected.ts";

/** Fields of every event. */
const ENVELOPE = ["tracepoint", "time", "ktime", "tid", "thread", "cpu", "pid"];

/** Units at the end of metric names, before `_total`. */
const UNITS = ["seconds", "bytes", "satoshis", "ratio", "vbytes", "satoshis_per_vbyte"];

it("metric names follow Prometheus' conventions", () => {
  for (const { name, type, help, labels, buckets } of ALL_METRICS) {
    expect(name).toMatch(/^(corelens|process)_[a-z0-9]+(_[a-z0-9]+)*$/);
    expect(name.endsWith("_total"), name).toBe(type === "counter");
    expect(name).not.toMatch(/_(bucket|sum|count|milliseconds|us|ns|ms|kb|mb)(_|$)/);
    expect(name, "Prometheus adds these itself").not.toMatch(/_info_/);
    expect(help).toMatch(/^[A-Z0-9].*\.$|^1, with .*\.$/);
    expect(buckets !== undefined).toBe(type === "histogram");
    expect(buckets ?? []).toEqual([...(buckets ?? [])].sort((a, b) => a - b));
    for (const label of labels) {
      expect(label.name).toMatch(/^[a-z_]+$/);
      expect(label.name).not.toBe("le");
    }
    if (type !== "histogram") continue;
    const unit = UNITS.some((unit) => name.endsWith(`_${unit}`));
    expect(unit, `${name} has a unit`).toBe(true);
  }
  const names = ALL_METRICS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

it("only version labels have no list of values", () => {
  const open = ALL_METRICS.filter(({ labels }) => labels.some(({ values }) => values === null));
  expect(open.map(({ name }) => name)).toEqual(["corelens_node_info", "corelens_info"]);
  for (const { name, labels } of ALL_METRICS) {
    const most = labels.reduce((series, { values }) => series * (values?.length ?? 1), 1);
    expect(most, name).toBeLessThan(700);
  }
});

it("every tracepoint of Bitcoin Core has a metric", () => {
  const used = ALL_METRICS.flatMap((metric) => {
    if (metric.from === "events" || metric.from === "model") return [...metric.on];
    return metric.from === "counts" ? metric.count.tracepoints : [];
  });
  const unused = [...TRACEPOINTS.keys()].filter((name) => !(used as string[]).includes(name));
  // The end of the attempt has the same information.
  expect(unused).toEqual(["coin_selection:attempting_aps_create_tx"]);
  expect(COUNTS.flatMap(({ tracepoints }) => tracepoints)).toContain("net:inbound_message");
});

it("events with only the streamed fields yield the same metrics as complete events", async () => {
  const whole = simulatedEvents(4);
  const fields = new Set([...ENVELOPE, ...streamedFields()]);
  const reduced = whole.map((event) =>
    STREAMED.includes(event.tracepoint)
      ? (Object.fromEntries(Object.entries(event).filter(([name]) => fields.has(name))) as RawEvent)
      : event,
  );
  expect(reduced).not.toEqual(whole);
  const lines = async (events: readonly RawEvent[]) =>
    (await collectorOf(events).collect())
      .split("\n")
      .filter((line) => !/_age_|lag|process_|scrape/.test(line));
  expect(await lines(reduced)).toEqual(await lines(whole));
  expect(streamedFields()).not.toContain("address");
});

it("every equivalent of another tool's metric exists", () => {
  const names = new Set(ALL_METRICS.map(({ name }) => name));
  for (const { tool, rows } of OTHER_METRICS) {
    for (const [theirs, ours, note = ""] of rows) {
      if (ours !== "") expect(names, `${tool}: ${theirs}`).toContain(ours);
      else expect(note, `${tool}: ${theirs}`).not.toBe("");
      for (const [name] of note.matchAll(/corelens_\w+/g)) expect(names).toContain(name);
    }
  }
});

/** `metric{…}` in a query, with the names of the labels that choose among its series. */
function selectorsIn(query: string): { metric: string; labels: string[]; by: string[] }[] {
  const by = [...query.matchAll(/by \(([^)]*)\)/g)].flatMap(([, names]) => names!.split(/, */));
  return [...query.matchAll(/\b((?:corelens|process)_\w+)(?:\{([^}]*)\})?/g)].map(
    ([, metric, chosen = ""]) => ({
      metric: metric!,
      labels: [...chosen.matchAll(/(\w+)\s*[=!]/g)].map(([, label]) => label!),
      by,
    }),
  );
}

/** The metric of a series. */
function metricOf(series: string): Metric | undefined {
  return ALL_METRICS.find(({ name, type }) =>
    type === "histogram"
      ? new RegExp(`^${name}_(bucket|sum|count)$`).test(series)
      : name === series,
  );
}

/** Labels that Prometheus adds. */
const ADDED = ["instance", "job", "le"];

function expectKnown(query: string, where: string): void {
  const selectors = selectorsIn(query);
  expect(selectors.length, where).toBeGreaterThan(0);
  for (const { metric, labels, by } of selectors) {
    const known = metricOf(metric);
    expect(known, `${where}: ${metric}`).toBeDefined();
    const names = known!.labels.map(({ name }) => name);
    for (const label of labels) {
      expect([...names, ...ADDED], `${where}: ${metric} has ${label}`).toContain(label);
    }
    if (selectors.length > 1) continue;
    for (const label of by) {
      expect([...names, ...ADDED], `${where}: ${metric} has ${label}`).toContain(label);
    }
  }
}

it("every query of the dashboards names metrics and labels that exist", () => {
  const boards = Object.entries(dashboards());
  expect(boards.map(([path]) => path)).toHaveLength(6);
  for (const [path, text] of boards) {
    const { panels } = JSON.parse(text) as { panels: Panel[] };
    for (const { title, targets } of panels) {
      for (const { expr, legendFormat } of targets) {
        expectKnown(expr, `${path}: ${title}`);
        const [{ metric, by }] = selectorsIn(expr) as [ReturnType<typeof selectorsIn>[number]];
        const known = metricOf(metric);
        const shown = by.length > 0 ? by : [...known!.labels.map(({ name }) => name), "le"];
        for (const [, label] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) {
          expect(shown, `${path}: ${title}`).toContain(label);
        }
      }
    }
  }
});

interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
}

it("every alert names metrics and labels that exist", () => {
  const text = readFileSync(`${REPOSITORY}packaging/prometheus/corelens-alerts.yml`, "utf8");
  const rules = text.replaceAll(/expr: >-\n\s+/g, "expr: ").matchAll(/expr: (.*)/g);
  const queries = [...rules].map(([, query]) => query!).filter((query) => !query.startsWith("up{"));
  expect(queries.length).toBeGreaterThan(10);
  for (const query of queries) expectKnown(query, query);
});

describeNeeding([tool("promtool")], "Prometheus' own promtool", () => {
  const check = (args: readonly string[], input = "") => {
    const { status, stdout, stderr } = spawnSync("promtool", args, {
      cwd: `${REPOSITORY}packaging/prometheus`,
      input,
      encoding: "utf8",
    });
    return { status, said: stderr || stdout };
  };

  it("accepts the alerts and the configuration", () => {
    expect(check(["check", "rules", "corelens-alerts.yml"])).toMatchObject({ status: 0 });
    expect(check(["check", "config", "prometheus.yml"])).toMatchObject({ status: 0 });
  });

  it("accepts the served metrics without warnings", async () => {
    const exposition = await collectorOf(simulatedEvents(5)).collect();
    expect(check(["check", "metrics"], exposition)).toEqual({ status: 0, said: "" });
  });
});
