import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isNotice } from "../../src/event/notice.ts";
import { RunningCommand } from "../helpers/command.ts";
import { jsonLines } from "../helpers/json-lines.ts";
import { describeNeeding, rightsToTrace, root } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";
import {
  record,
  SIMULATED_KINDS,
  simulatedEvents,
  temporaryDirectory,
} from "../recording/recordings.ts";
import { corelens } from "./run-command.ts";

const EVENTS = simulatedEvents(2000);

async function recording(): Promise<string> {
  const path = join(temporaryDirectory(), "node.corelens");
  await record(path, SIMULATED_KINDS, EVENTS, { maxPayload: 0 });
  return path;
}

const counted = async (...args: string[]) =>
  corelens("count", "--from", await recording(), ...args);

describe("counting a recording", () => {
  it("shows the largest groups first", async () => {
    const { stdout, stderr, status } = await counted(
      ...["net:*_message", "--by", "tracepoint,msg_type", "--sum", "size", "--max", "size"],
      ...["--top", "4"],
    );
    expect(stdout).toMatchInlineSnapshot(`
      "TRACEPOINT            MSG_TYPE  COUNT   /s  SUM size (B)  MAX size (B)
      net:inbound_message   addrv2       38  0.7       218,048        24,379
      net:inbound_message   tx          155  2.9        54,171         1,606
      net:outbound_message  tx          138  2.6        51,286         1,606
      net:outbound_message  addrv2       49  0.9        45,379         7,862
      37 more groups
      "
    `);
    expect(stderr).toMatchInlineSnapshot(`
      "1,557 events counted in 53.0 s
      "
    `);
    expect(status).toBe(0);
  });

  it("draws a histogram of each group", async () => {
    const { stdout } = await counted("mempool:added", "--hist", "fee / vsize");
    expect(stdout).toMatchInlineSnapshot(`
      "tracepoint=mempool:added  151 events, fee / vsize
                1   1  ▊
            2 - 3  31  ████████████████████████▊
            4 - 7  49  ███████████████████████████████████████▎
           8 - 15  50  ████████████████████████████████████████
          16 - 31  15  ████████████
          32 - 63   5  ████

      "
    `);
    const linear = await counted(
      "net:*_message",
      "--lhist",
      "size:0:1kB:250",
      "--by",
      "tracepoint",
    );
    expect(linear.stdout).toMatchInlineSnapshot(`
      "tracepoint=net:outbound_message  813 events, size (B)
                0 - 249  647  ████████████████████████████████████████
              250 - 499  131  ████████▏
              500 - 749   16  █
              750 - 999    3  ▏
          1,000 or more   16  █

      tracepoint=net:inbound_message  744 events, size (B)
                0 - 249  602  ████████████████████████████████████████
              250 - 499  110  ███████▎
              500 - 749   11  ▊
              750 - 999    3  ▎
          1,000 or more   18  █▎

      "
    `);
  });

  it("draws one histogram of a group, not two", async () => {
    const { stderr, status } = await counted(
      "mempool:added",
      "--hist",
      "fee",
      "--lhist",
      "fee:0:9:1",
    );
    expect(stderr).toContain("cannot be used with");
    expect(status).toBe(2);
  });

  it("is JSON with a line per group", async () => {
    const { stdout } = await counted(
      "mempool:*",
      "--mean",
      "fee/vsize",
      "--json",
      "--min",
      "vsize",
    );
    expect(stdout).toMatchInlineSnapshot(`
      "{"tracepoint":"corelens:stream","schema":2,"corelens":"0.1.0","command":"count"}
      {"tracepoint":"corelens:group","time":"2026-12-02T22:04:13.721141Z","span":"total","seconds":51.931,"key":{"tracepoint":"mempool:added"},"count":151,"min":{"vsize":100},"mean":{"fee/vsize":9.16556291391}}
      {"tracepoint":"corelens:group","time":"2026-12-02T22:04:13.721141Z","span":"total","seconds":51.931,"key":{"tracepoint":"mempool:removed"},"count":39,"min":{"vsize":100},"mean":{"fee/vsize":10.3846153846}}
      {"tracepoint":"corelens:count","time":"2026-12-02T22:04:13.721141Z","seconds":51.931332,"count":190,"nanoseconds_per_hit":null}
      "
    `);
  });

  it("prints each interval, and their sum is the total", async () => {
    const { stdout } = await counted("net:*", "--by", "msg_type", "--every", "5s", "--json");
    const lines = jsonLines(stdout);
    const sums = (span: string) => {
      const sums: Record<string, number> = {};
      for (const { key, count } of lines.filter((line) => line.span === span)) {
        sums[key.msg_type] = (sums[key.msg_type] ?? 0) + count;
      }
      return sums;
    };
    expect(new Set(lines.map(({ time }) => time)).size).toBeGreaterThan(3);
    expect(sums("interval")).toEqual(sums("total"));
    const messages = EVENTS.filter((event) => !isNotice(event) && "msg_type" in event);
    expect(Object.values(sums("total")).reduce((a, b) => a + b)).toBe(messages.length);
  });

  it("counts events that pass any query", async () => {
    const where = 'contains(msg_type, "x") && size > 200';
    const { stdout } = await counted(
      "net:*_message",
      "--where",
      where,
      "--by",
      "msg_type",
      "--json",
    );
    const passing = EVENTS.filter(
      ({ msg_type, size }) => String(msg_type).includes("x") && Number(size) > 200,
    );
    const lines = jsonLines(stdout);
    expect(lines[0]).toMatchObject({ key: { msg_type: "tx" } });
    expect(lines.at(-1)!.count).toBe(passing.length);
  });

  it("measures the intervals that a search through the recording's JSON finds", async () => {
    const path = await recording();
    const between = ["--between", "net:inbound_message..net:outbound_message", "--json"];
    const options = ["--by", "from.msg_type,to.msg_type", "--sum", "duration_ns"];
    const { stdout } = await corelens(
      ...["count", "--from", path, ...between, ...options],
      ...["--max", "duration_ns", "--quantiles", "duration_ns"],
    );
    const traced = jsonLines((await corelens("trace", "--from", path, "--json")).stdout);
    const found = new Map<string, number[]>();
    for (const [i, { tracepoint, tid, ktime, msg_type }] of traced.entries()) {
      if (tracepoint !== "net:outbound_message") continue;
      const from = traced
        .slice(0, i)
        .findLast((each) => each.tracepoint === "net:inbound_message" && each.tid === tid);
      if (from === undefined) continue;
      const key = `${from.msg_type} ${msg_type}`;
      found.set(key, [...(found.get(key) ?? []), ktime - from.ktime]);
    }
    const groups = jsonLines(stdout).filter(({ span }) => span === "total");
    expect(groups.length).toBe(found.size);
    for (const { key, count, sum, max, p50 } of groups) {
      const durations = found.get(`${key["from.msg_type"]} ${key["to.msg_type"]}`)!;
      durations.sort((a, b) => a - b);
      expect([count, sum, max]).toEqual([
        durations.length,
        { duration_ns: durations.reduce((a, b) => a + b) },
        { duration_ns: durations.at(-1) },
      ]);
      const median = durations[Math.floor((durations.length - 1) / 2)]!;
      expect(Math.abs(p50.duration_ns / median - 1)).toBeLessThan(0.02);
    }
  });

  it("shows mean, quantiles and a histogram of intervals, and how many events have none", async () => {
    const { stdout, stderr } = await counted(
      ...["--between", "mempool:added..mempool:removed", "--per", "txid", "--hist", "duration_ns"],
    );
    expect(stdout).toMatchInlineSnapshot(`
      "TRACEPOINT                      COUNT   /s  MEAN duration_ns  P50 duration_ns  P90 duration_ns  P99 duration_ns  MAX duration_ns
      mempool:added..mempool:removed     39  0.8            8.37 s           7.05 s           13.0 s           24.4 s           36.8 s

      tracepoint=mempool:added..mempool:removed  39 events, duration_ns
          268 ms - 537 ms   1  ███▏
          537 ms - 1.07 s   2  ██████▏
          1.07 s - 2.15 s   1  ███▏
          2.15 s - 4.29 s   8  ████████████████████████▋
          4.29 s - 8.59 s  11  █████████████████████████████████▉
          8.59 s - 17.2 s  13  ████████████████████████████████████████
          17.2 s - 34.4 s   2  ██████▏
          34.4 s - 68.7 s   1  ███▏

      "
    `);
    expect(stderr).toContain(
      "112 of 151 mempool:added have no mempool:removed: 112 still open; 0 mempool:removed have no",
    );
  });

  it("bounds the time that the node spent on each type of message", async () => {
    const path = await recording();
    const { stdout } = await corelens("count", "--from", path, "--handled", "--json");
    const { stdout: caused } = await corelens(
      ...["count", "--from", path, "net:*", "mempool:*", "validation:*", "--cause", "--json"],
      ...["--where", "cause_peer >= 0", "--by", "cause_type", "--max", "cause_after"],
    );
    const longest = new Map(
      jsonLines(caused)
        .filter(({ span }) => span === "total")
        .map(({ key, max }) => [key.cause_type, max.cause_after]),
    );
    const groups = jsonLines(stdout).filter(({ span }) => span === "total");
    for (const { key, sum, max } of groups) {
      expect(max.at_least_ns).toBeGreaterThanOrEqual(longest.get(key.msg_type) ?? 0);
      expect(sum.at_most_ns).toBeGreaterThanOrEqual(sum.at_least_ns);
    }
    // The last message of each thread is not over.
    const inbound = EVENTS.filter(({ tracepoint }) => tracepoint === "net:inbound_message");
    const threads = new Set(inbound.map((event) => !isNotice(event) && event.tid)).size;
    expect(jsonLines(stdout).at(-1)!.count).toBe(inbound.length - threads);
  });

  it("prints intervals that match a query, with the selected fields", async () => {
    const { stdout } = await corelens(
      ...["trace", "--from", await recording(), "--json", "--per", "peer", "--count", "2"],
      ...["--between", "net:outbound_message[msg_type == 'ping']..net:inbound_message"],
      ...["--where", "to.msg_type == 'pong' && nth == 1", "--fields", "duration_ns,to.msg_type"],
    );
    expect(jsonLines(stdout)).toMatchObject([
      { "to.msg_type": "pong", duration_ns: expect.any(Number) },
      { "to.msg_type": "pong", duration_ns: expect.any(Number) },
      { tracepoint: "corelens:totals" },
    ]);
    expect(stdout).not.toContain("from.");
  });

  it.each([
    [[], "no tracepoint is named"],
    [["mempool:added", "--between", "a:b..c:d"], "mempool:added cannot be added"],
    [["mempool:added", "--per", "txid"], "--per needs --between"],
    [["--between", "mempool:added..a:b"], "the target has no tracepoint a:b"],
    [["--between", "mempool:added..mempool:removed", "--by", "txid"], "there is no field txid"],
    [["--between", "a:b..c:d", "--cause"], "cannot be used with"],
    [["net:*_message", "--by", "msgtype"], "there is no field msgtype"],
    [["net:*_message", "--by", "payload"], "there is no field payload"],
    [["net:inbound_message", "--lhist", "size:0:10"], "TERM:LOW:HIGH:STEP"],
    [["net:inbound_message", "--room", "1000000"], "The maximum is"],
  ])("refuses %j", async (args, message) => {
    const { stderr, status } = await counted(...args);
    expect(stderr).toContain(message);
    expect(status).not.toBe(0);
  });
});

describeNeeding([rightsToTrace, root], "corelens count", () => {
  it("counts the same events as a simultaneous trace", async () => {
    const node = new RunningCommand(["simulate", "--speed", "20"]);
    await until("the simulated node is there", () => node.stdout.includes("corelens list"));
    const pid = String(node.process.pid);
    const asked = ["net:*_message", "--target", pid, "--duration", "3s", "--json"];
    const trace = new RunningCommand(["trace", ...asked, "--fields", "msg_type,size"]);
    const count = new RunningCommand([
      "count",
      ...asked,
      "--by",
      "tracepoint,msg_type",
      "--sum",
      "size",
    ]);
    // The last tracer misses the first events, so only the order of magnitude is compared.
    await Promise.all([trace.ended, count.ended]);
    const totals = jsonLines(count.stdout).filter(({ span }) => span === "total");
    const sum = totals.reduce((sum, line) => sum + line.count, 0);
    const traced = jsonLines(trace.stdout).filter(({ tracepoint }) =>
      tracepoint.startsWith("net:"),
    );
    expect(sum).toBeGreaterThan(0.5 * traced.length);
    expect(sum).toBeLessThan(2 * traced.length);
    expect(jsonLines(count.stdout).at(-1)).toMatchObject({
      tracepoint: "corelens:count",
      count: sum,
    });
  });
});
