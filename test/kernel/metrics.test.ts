import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { identity } from "../../src/counting/counts.ts";
import { MESSAGE } from "../../src/metrics/labels.ts";
import { count } from "../../src/session/attach/count.ts";
import { declareProbes } from "../../src/simulate/probes.ts";
import { RunningCommand } from "../helpers/command.ts";
import { serveHttp } from "../helpers/hostile-server.ts";
import { describeNeeding, rightsToTrace } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";
import { collectorOf, eventOf, series, seriesOf } from "../metrics/collected.ts";
import { firstMinutes } from "../simulate/events.ts";

const SETTLE_MS = 200;

/** The command, serving metrics of a process. */
class Served {
  readonly command: RunningCommand;

  constructor(target: number | string, ...more: readonly string[]) {
    const rpc = more.includes("--rpc") ? [] : ["--no-rpc"];
    const args = ["metrics", "--target", `${target}`, "--port", "0", ...rpc, ...more];
    this.command = new RunningCommand(args);
  }

  async attached(times = 1): Promise<void> {
    await until("it is attached", () => {
      if (this.command.exitStatus !== null) throw new Error(this.command.stderr);
      return this.command.stderr.split("attached to").length > times;
    });
  }

  async scrape(): Promise<Map<string, number>> {
    await until("it serves", () => this.command.stdout.includes("/metrics\n"));
    const address = /http\S+/.exec(this.command.stdout)![0];
    return seriesOf(await (await fetch(address)).text());
  }

  async stop(): Promise<void> {
    this.command.process.kill("SIGTERM");
    await this.command.ended;
    expect(this.command.exitStatus).toBe(0);
  }
}

/** Without what depends on when it happened, and how tracing goes. */
const comparable = (found: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries(
    [...found]
      .filter(
        ([key]) =>
          !/^process_|_(residence|connection_duration)_|timestamp|^corelens_(info|attach|events|hit|node|event_lag|scrape|errors|incidents_total.*_started)/.test(
            key,
          ),
      )
      .filter(([, value]) => value !== 0)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );

describeNeeding([rightsToTrace], "corelens metrics, of a node that does not answer,", () => {
  it("print the reason on stderr at each change, count it, and have its code", async () => {
    declareProbes(31);
    let status = 401;
    const { host, port } = await serveHttp(({ body }, response) => {
      const calls = JSON.parse(body) as { id: number } | { id: number }[];
      const answer = ({ id }: { id: number }) => ({ id, result: null, error: null });
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end(JSON.stringify(Array.isArray(calls) ? calls.map(answer) : answer(calls)));
    });
    const served = new Served(process.pid, "--rpc", `http://user:wrong@${host}:${port}`);
    const said = (text: string) => until(text, () => served.command.stderr.includes(text));
    await said("corelens: RPC_UNAUTHORIZED: ");
    await said("  → name the node's cookie file with --cookie");
    const refused = await served.scrape();
    expect(refused.get('corelens_node_error{code="RPC_UNAUTHORIZED"}')).toBe(1);
    expect(refused.get("corelens_node_up")).toBe(0);
    expect(refused.get("corelens_errors_total")).toBe(1);
    status = 200;
    await said("corelens: the node replies again\n");
    const back = await served.scrape();
    expect([...back.keys()].filter((key) => key.startsWith("corelens_node_error"))).toEqual([]);
    expect(served.command.stderr.split("RPC_UNAUTHORIZED").length - 1).toBe(1);
    await served.stop();
  });

  it("report that nothing listens at the address", async () => {
    declareProbes(31);
    const served = new Served(process.pid, "--rpc", "http://user:word@127.0.0.1:1");
    await until("it says so", () => served.command.stderr.includes("corelens: RPC_UNREACHABLE: "));
    const found = await served.scrape();
    expect(found.get('corelens_node_error{code="RPC_UNREACHABLE"}')).toBe(1);
    await served.stop();
  });
});

describeNeeding([rightsToTrace], "corelens metrics", () => {
  it("agree with the events and the counts of a traced node", async () => {
    const probes = declareProbes(31);
    const served = new Served(process.pid, "--connection-types");
    const counting = count({
      target: process.pid,
      tracepoints: ["net:*_message"],
      by: ["tracepoint", "msg_type", "connection_type"],
      measures: [{ text: "size", sum: true, extremes: false }],
    });
    await served.attached();
    const fired = [...firstMinutes(5, { seed: 3, release: 31 })];
    for (const event of fired) probes.fire(event);
    await sleep(SETTLE_MS);
    const found = await served.scrape();
    const events = fired.map(({ tracepoint, args }) => eventOf(tracepoint, args));
    const expected = seriesOf(await collectorOf(events).collect());
    expect(comparable(found)).toEqual(comparable(expected));
    expect(found.get("corelens_attached")).toBe(1);

    const { groups } = await counting.counts();
    await counting.close();
    expect(groups.length).toBeGreaterThan(50);
    for (const group of groups) {
      const [tracepoint, message, connection_type] = group.key.map(String);
      const direction = tracepoint === "net:inbound_message" ? "inbound" : "outbound";
      const labels = { direction, message: message!, connection_type: connection_type! };
      const of = (name: string) => found.get(series(name, labels));
      expect(of("corelens_p2p_messages_total"), identity(group)).toBe(group.count);
      expect(of("corelens_p2p_message_bytes_total")).toBe(Number(group.measures[0]!.sum));
    }
    await served.stop();
  }, 60_000);

  it("read connection types only on request, because they cost the node as much as the rest", async () => {
    const probes = declareProbes(31);
    const served = new Served(process.pid);
    await served.attached();
    const fired = [...firstMinutes(1, { seed: 3, release: 31 })];
    for (const event of fired) probes.fire(event);
    await sleep(SETTLE_MS);
    const found = await served.scrape();
    const messages = fired.filter(({ tracepoint }) => /net:.*_message/.test(tracepoint));
    expect(total(found)).toBe(messages.length);
    const invs = messages.filter(
      ({ tracepoint, args }) => tracepoint === "net:inbound_message" && args.msg_type === "inv",
    );
    const inv = { direction: "inbound", message: "inv" };
    expect(found.get(series("corelens_p2p_messages_total", inv))).toBe(invs.length);
    await served.stop();
  }, 60_000);

  it("distinguish real message types after a peer invented thousands", async () => {
    const probes = declareProbes(31);
    const served = new Served(process.pid);
    await served.attached();
    const fire = (msg_type: string) => {
      const args = { peer_id: 1, address: "a:1", connection_type: "inbound", msg_type, size: 100 };
      const payload = new Uint8Array(100);
      probes.fire({ at: 0, tracepoint: "net:inbound_message", args: { ...args, payload } });
    };
    const made = 3000;
    for (let i = 0; i < made; i++) fire(`made-up-${i}`);
    const real = MESSAGE.values!.filter((message) => message !== "other");
    for (const message of real) fire(message);
    await sleep(SETTLE_MS);
    const found = await served.scrape();
    const messages = (message: string): number =>
      found.get(series("corelens_p2p_messages_total", { direction: "inbound", message })) ?? 0;
    for (const message of real) expect(messages(message), message).toBe(1);
    expect(messages("other")).toBe(made);
    const tracepoint = { tracepoint: "net:inbound_message" };
    expect(found.get(series("corelens_events_total", tracepoint))).toBe(made + real.length);
    const crowded = found.get(series("corelens_events_without_group_total", tracepoint));
    expect(crowded).toBeGreaterThan(made - 100);
    expect(crowded).toBeLessThan(made);
    await served.stop();
  }, 60_000);

  it("continue to count when the node is restarted", async () => {
    const simulate = () => new RunningCommand(["simulate", "--speed", "60", "--seed", "5"]);
    const first = simulate();
    await until("it runs", () => first.stdout.includes("pid"));
    const served = new Served(first.process.pid!);
    await served.attached();
    await until("it counted", async () => total(await served.scrape()) > 100);
    first.process.kill("SIGKILL");
    await until("the end is told", async () => {
      const found = await served.scrape();
      return found.get("corelens_node_ends_total") === 1 && found.get("corelens_attached") === 0;
    });
    const before = await served.scrape();
    const second = simulate();
    await served.attached(2);
    await until("it goes on", async () => total(await served.scrape()) > total(before) + 50);
    const after = await served.scrape();
    for (const [key, value] of before) {
      if (/_(total|count|bucket)(\{|$)/.test(key)) {
        expect(after.get(key), key).toBeGreaterThanOrEqual(value);
      }
    }
    expect(after.get("corelens_attached")).toBe(1);
    await served.stop();
    second.process.kill("SIGKILL");
  }, 60_000);

  it("are served before the node runs, name the missing node, and end on a signal", async () => {
    const served = new Served("/nonexistent/bitcoind");
    const found = await served.scrape();
    await until("it says why", () => served.command.stderr.includes("/nonexistent/bitcoind"));
    expect(found.get("corelens_attached")).toBe(0);
    expect([...found.keys()].filter((key) => /mempool|block|p2p|utxo/.test(key))).toEqual([]);
    await served.stop();
  }, 30_000);
});

function total(found: ReadonlyMap<string, number>): number {
  return [...found]
    .filter(([key]) => key.startsWith("corelens_p2p_messages_total"))
    .reduce((sum, [, value]) => sum + value, 0);
}
