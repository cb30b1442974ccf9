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

  it.each([
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
