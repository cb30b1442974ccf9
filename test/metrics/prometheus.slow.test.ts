import { spawn } from "node:child_process";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { dashboards } from "../../scripts/grafana/dashboards.ts";
import { MetricsServer } from "../../src/metrics/server.ts";
import { freePort } from "../helpers/bitcoin-node.ts";
import { REPOSITORY } from "../helpers/command.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { describeNeeding, tool } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";
import { collectorOf, series, seriesOf, simulatedEvents } from "./collected.ts";

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data: {
    readonly result: readonly { readonly value: readonly [number, string] }[];
    readonly groups: readonly { readonly rules: readonly { readonly lastError?: string }[] }[];
  };
}

describeNeeding([tool("prometheus")], "a real Prometheus", () => {
  const directory = temporaryDirectory();

  it("scrapes the server with a token and accepts every query of dashboards and alerts", async () => {
    const collector = collectorOf(simulatedEvents(5));
    const options = { listen: "127.0.0.1", port: 0, token: "secret" };
    const server = new MetricsServer(options, () => collector.collect());
    onTestFinished(() => server.close());
    const { host } = new URL(await server.listen());
    const own = await freePort();
    copyFileSync(
      `${REPOSITORY}packaging/prometheus/corelens-alerts.yml`,
      join(directory, "corelens-alerts.yml"),
    );
    writeFileSync(
      join(directory, "prometheus.yml"),
      `global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [corelens-alerts.yml]
scrape_configs:
  - job_name: corelens
    authorization: {credentials: secret}
    static_configs: [{targets: ["${host}"]}]
`,
    );
    const prometheus = spawn(
      "prometheus",
      [
        `--config.file=${join(directory, "prometheus.yml")}`,
        `--storage.tsdb.path=${join(directory, "data")}`,
        `--web.listen-address=127.0.0.1:${own}`,
      ],
      { stdio: "ignore" },
    );
    onTestFinished(() => void prometheus.kill("SIGKILL"));
    const ask = async (path: string): Promise<Answer> => {
      const response = await fetch(`http://127.0.0.1:${own}/api/v1/${path}`);
      return (await response.json()) as Answer;
    };
    const query = (text: string) => ask(`query?query=${encodeURIComponent(text)}`);

    await until("Prometheus has scraped", async () => {
      const answer = await query('up{job="corelens"}').catch(() => null);
      return answer?.data?.result[0]?.value[1] === "1";
    });
    const served = seriesOf(await collector.collect());
    for (const [name, labels] of [
      ["corelens_mempool_added_total", {}],
      [
        "corelens_p2p_messages_total",
        { direction: "inbound", message: "tx", connection_type: "inbound" },
      ],
      ["corelens_mempool_rejected_total", { reason: "mempool min fee not met" }],
      ["corelens_block_connection_duration_seconds_count", {}],
    ] as const) {
      const answer = await query(series(name, labels));
      const value = served.get(series(name, labels));
      expect(value, name).toBeGreaterThan(0);
      expect(Number(answer.data.result[0]?.value[1]), name).toBe(value);
    }

    for (const [path, text] of Object.entries(dashboards())) {
      for (const [, expr] of text.matchAll(/"expr": (".*")/g)) {
        const asked = JSON.parse(expr!)
          .replaceAll("$instance", ".*")
          .replaceAll("$__rate_interval", "1m");
        const { status, error } = await query(asked);
        expect({ status, error }, `${path}: ${asked}`).toEqual({ status: "success" });
      }
    }
    const { data } = await ask("rules");
    const rules = data.groups.flatMap(({ rules }) => rules);
    expect(rules.length).toBeGreaterThan(10);
    for (const { lastError = "" } of rules) expect(lastError).toBe("");
  }, 60_000);
});
