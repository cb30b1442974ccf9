import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseResult, resultJson } from "../../src/commands/block-benchmark/result.ts";
import type { RawEvent } from "../../src/event/event.ts";
import type { StreamEvent } from "../../src/event/notice.ts";
import { simulatedKinds, traced, tracedReindex } from "../commands/simulated-events.ts";
import { RunningCommand } from "../helpers/command.ts";
import { jsonLines } from "../helpers/json-lines.ts";
import { describeNeeding, rightsToTrace } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";
import { record, temporaryDirectory } from "../recording/recordings.ts";
import { corelens } from "./run-command.ts";

const RELEASE = 31;

async function recording(events: Iterable<RawEvent>, maxPayload: number): Promise<string> {
  const path = join(temporaryDirectory(), "node.corelens");
  const stream: StreamEvent[] = [...events];
  await record(path, simulatedKinds(RELEASE), stream, { maxPayload });
  return path;
}

/** A reindex without its coins. */
const reindexed = (blocks: number): RawEvent[] =>
  [...tracedReindex(blocks)].filter(({ tracepoint }) => tracepoint.startsWith("validation:"));

describe("block-benchmark of a recording", () => {
  it("finds no difference between a result and itself, and finds a slower one", async () => {
    const path = await recording(reindexed(25), 0);
    const output = join(temporaryDirectory(), "a.json");
    const measured = await corelens(
      ...["block-benchmark", "930001", "930020", "--from", path, "--slow", "38"],
      ...["--output", output],
    );
    expect(measured.status).toBe(0);
    expect(measured.stdout).toMatch(/^slow 38\.6 ms {2}height 930015 .* [0-9a-f]{64}$/m);
    expect(measured.stdout).toContain("20 blocks, heights 930001 to 930020, in ");
    const same = await corelens("block-benchmark", "--compare", output, output);
    expect(same).toMatchObject({ status: 0, stderr: "" });
    expect(same.stdout).toContain("no difference beyond noise");

    const result = parseResult(readFileSync(output, "utf8"), output);
    const slower = result.blocks.map((block) => ({
      ...block,
      duration_ns: block.duration_ns * 1.05,
    }));
    const other = `${output}.slower`;
    writeFileSync(other, resultJson({ ...result, blocks: slower }));
    const compared = await corelens("block-benchmark", "--compare", output, other, "--json");
    expect(compared.status).toBe(1);
    expect(JSON.parse(compared.stdout)).toMatchObject({
      blocks: 20,
      verdicts: { total: "slower", typical: "slower" },
    });
    const faster = await corelens("block-benchmark", "--compare", `${other},${other}`, output);
    expect(faster.status).toBe(0);
    expect(faster.stdout).toContain("B is 4.8 % faster");
  });

  it("is JSON, and takes a query", async () => {
    const path = await recording(reindexed(25), 0);
    const args = ["--from", path, "--json", "--where", "inputs > 1100"];
    const { stdout } = await corelens("block-benchmark", ...args);
    const lines = jsonLines(stdout);
    expect(lines.at(-2)).toMatchObject({
      tracepoint: "corelens:summary",
      slowest: { height: 930015 },
    });
    expect(lines.at(-1)).toMatchObject({ tracepoint: "corelens:totals" });
    expect(Number(lines.at(-2)!.blocks)).toBeLessThan(10);
  });

  it.each([
    [["5", "3"], "USAGE"],
    [["x"], "whole number"],
    [["--slow", "soon"], "Milliseconds"],
    [["--compare", "one"], "two results"],
    [["--compare", "/nowhere", "/nowhere"], "FILE_UNREADABLE"],
    [["--compare", "package.json", "package.json"], "RESULT_INVALID"],
  ])("refuses %j", async (args, words) => {
    const { status, stderr } = await corelens("block-benchmark", ...args);
    expect(status).toBe(2);
    expect(stderr).toContain(words);
  });

  it("overwrites no result", async () => {
    const path = await recording(reindexed(1), 0);
    const { status, stderr } = await corelens("block-benchmark", "--from", path, "-o", path);
    expect(status).toBe(2);
    expect(stderr).toContain("FILE_UNWRITABLE");
  });
});

describe("a timeline of a recording", () => {
  it("shows all blocks, one block, or a summary", async () => {
    const path = await recording(traced(2), 4096);
    const all = await corelens("timeline", "--from", path);
    expect(all.status).toBe(0);
    expect(all.stdout.match(/^block \d+/gm)).toEqual(["block 930001", "block 930002"]);
    expect(all.stdout).toContain(
      "  received    61.4 ms   97 %  ███████████▊  compact block, 467 B",
    );
    const one = await corelens("timeline", "930002", "--from", path, "--json");
    const [block, totals] = jsonLines(one.stdout);
    expect(block).toMatchObject({
      tracepoint: "corelens:block",
      height: 930002,
      coins: { spent: 195 },
    });
    expect(totals).toMatchObject({ tracepoint: "corelens:totals" });
    const byHash = await corelens("timeline", String(block!.hash), "--from", path, "--json");
    expect(jsonLines(byHash.stdout)[0]).toEqual(block);
    const summary = await corelens("timeline", "--summary", "--from", path, "--no-coins");
    expect(summary.stdout).toMatch(/^2 blocks, 2 announced by peers\nfirst from /);
  });

  it("without payloads marks messages as guessed", async () => {
    const path = await recording(traced(2), 0);
    const { stdout } = await corelens("timeline", "--from", path, "--last", "1");
    expect(stdout).toContain("133 transactions, 196 inputs, messages guessed");
    expect(stdout).toContain("cmpctblock to 19 peers, the first before the connection");
    expect(stdout).toContain("took 7.04 ms; coins: 195 spent, 384 added");
  });

  it.each([
    [["deadbeef"], "64 hex digits"],
    [["930001", "--last", "2"], "cannot be combined"],
    [["--where", "size > 1"], "unknown option"],
  ])("refuses %j", async (args, words) => {
    const { status, stderr } = await corelens("timeline", ...args);
    expect(status).toBe(2);
    expect(stderr).toContain(words);
  });
});

describeNeeding([rightsToTrace], "blocks of a simulated node", () => {
  async function simulation(...args: string[]): Promise<string> {
    const node = new RunningCommand(["simulate", ...args]);
    await until("the simulated node is there", () => node.stdout.includes("corelens list"));
    return String(node.process.pid);
  }

  it("are measured live, in the unit of the node's release", async () => {
    const directory = temporaryDirectory();
    chmodSync(directory, 0o777);
    const path = join(directory, "result.json");
    const pid = await simulation("--reindex", "--release", "24");
    const args = ["block-benchmark", "0", "930020", "--target", pid, "--json", "-o", path];
    const command = new RunningCommand(args);
    await command.ended;
    expect(command.exitStatus).toBe(0);
    const { blocks, binary } = parseResult(readFileSync(path, "utf8"), path);
    const last = reindexed(20).at(-1)!;
    expect(binary).toContain("corelens-usdt");
    expect(blocks.at(-1)).toMatchObject({ height: 930020, duration_ns: last.duration_ns });
    expect(command.lines.at(-2)).toMatchObject({
      tracepoint: "corelens:summary",
      blocks: blocks.length,
    });
  });

  it("are shown live, from the beginnings of payloads", async () => {
    const pid = await simulation("--speed", "20");
    const command = new RunningCommand(["timeline", "--target", pid, "--json"]);
    const printed = () => command.lines.filter(({ tracepoint }) => tracepoint === "corelens:block");
    await until("two blocks are printed", () => printed().length >= 2);
    command.process.kill("SIGINT");
    await command.ended;
    expect(command.exitStatus).toBe(0);
    for (const life of printed()) {
      expect((life.announcements as object[]).length).toBeGreaterThan(0);
    }
    expect(command.lines.at(-1)).toMatchObject({ tracepoint: "corelens:totals", lost: 0 });
  });
});
