import { describe, expect, it } from "vitest";
import { Benchmark, type HeightRange } from "../../../src/commands/block-benchmark/benchmark.ts";
import { BENCHMARK_JSON } from "../../../src/commands/block-benchmark/benchmark-json.ts";
import { BenchmarkLines } from "../../../src/commands/block-benchmark/benchmark-lines.ts";
import { BenchmarkText } from "../../../src/commands/block-benchmark/benchmark-text.ts";
import { parseResult, resultJson } from "../../../src/commands/block-benchmark/result.ts";
import { CorelensError } from "../../../src/errors.ts";
import type { RawEvent } from "../../../src/event/event.ts";
import { painter } from "../../../src/text/paint.ts";
import { tracedReindex } from "../simulated-events.ts";

const BLOCK = "validation:block_connected";
const ALL: HeightRange = { first: null, last: null };

const connected = (blocks: number, release: number): RawEvent[] =>
  [...tracedReindex(blocks, { seed: 1, release })].filter(({ tracepoint }) => tracepoint === BLOCK);

/** Cached, because the simulation takes a while. */
const FORTY = connected(40, 31);

/** A block that took a millisecond. */
const block = (height: number, seconds: number, more: object = {}): RawEvent => ({
  ...{ tracepoint: BLOCK, time: 1e12 + seconds * 1000, ktime: 1e15 + seconds * 1e9, tid: 7 },
  ...{ thread: null, cpu: 0, pid: 7, hash: height.toString(16).padStart(64, "0"), height },
  ...{ transactions: 2, inputs: 3, sigops_cost: 4, duration_ns: 1e6 },
  ...more,
});

const run = (events: readonly RawEvent[], range = ALL): Benchmark => {
  const benchmark = new Benchmark(range);
  for (const event of events) benchmark.add(event);
  return benchmark;
};

const linesOf = (range: HeightRange, slow: number | null): BenchmarkLines => {
  const benchmark = new Benchmark(range);
  return new BenchmarkLines(benchmark, new BenchmarkText(benchmark, painter(false)), slow);
};

describe("a benchmark", () => {
  it("prints a line each second, slow blocks and a histogram", () => {
    const text = linesOf(ALL, 38);
    const slow = linesOf(ALL, 38e6);
    const all = FORTY.map((event) => text.print(event)).join("");
    expect(all.match(/^slow /gm)).toHaveLength(40);
    expect(FORTY.map((event) => slow.print(event)).join("") + slow.end()).toBe(
      `slow 38.6 ms  height 930015  401 tx  1137 inputs  1345 sigop cost  004064e4057b8fc6f8259439151385a54d1e0c34dc9a4d9cfd3700da6f8df29a
     1 s     27 blocks/s   10827 tx/s   24647 inputs/s    31731 sigop cost/s  height 930007
slow 38.6 ms  height 930015  401 tx  1137 inputs  1345 sigop cost  004064e4057b8fc6f8259439151385a54d1e0c34dc9a4d9cfd3700da6f8df29a

40 blocks, heights 930001 to 930020, in 1.52 s; 1.32 s of it (86.5 %) connecting them
time per block: median 35.7 ms, mean 33.0 ms, 90 % at most 37.6 ms, 99 % at most 38.6 ms, slowest 38.6 ms (height 930015)
time per transaction: 82.2 us; per input: 34.2 us

20 ms - 50 ms  40  ██████████████████████████████   100 % of the time
`,
    );
  });

  it("has the same durations in every release, for any unit", () => {
    const durations = (release: number) =>
      run(connected(20, release)).result.blocks.map(({ duration_ns }) =>
        Math.round(duration_ns / 1e3),
      );
    const newest = run(FORTY.slice(0, 20)).result.blocks;
    const microseconds = newest.map(({ duration_ns }) => Math.round(duration_ns / 1e3));
    expect(durations(24)).toEqual(microseconds);
    expect(durations(25)).toEqual(microseconds);
  });

  it("refuses durations with an unknown unit", () => {
    const { duration_ns, ...others } = block(1, 0);
    const unknown = { ...others, duration: duration_ns } as RawEvent;
    expect(() => new Benchmark(ALL).add(unknown)).toThrow(CorelensError);
  });

  it("begins with the first height and ends with the last", () => {
    const benchmark = run(
      [1, 2, 3, 4, 5].map((height) => block(height, height)),
      { first: 2, last: 4 },
    );
    expect(benchmark.isDone).toBe(true);
    const { blocks, elapsed } = benchmark.result;
    expect(blocks.map(({ height }) => height)).toEqual([2, 3, 4]);
    // Two seconds between the ends, plus the millisecond of the first block.
    expect(elapsed).toBe(2.001e9);
  });

  it("measures one process, and the next one after its end", () => {
    const benchmark = new Benchmark(ALL);
    benchmark.add(block(1, 0));
    benchmark.add(block(1, 0, { pid: 8 }));
    benchmark.observe({ tracepoint: "corelens:ended", time: 0, pid: 7 });
    benchmark.add(block(2, 1, { pid: 9 }));
    benchmark.add(block(3, 2, { pid: 8 }));
    expect(benchmark.result.blocks.map(({ height }) => height)).toEqual([1, 2]);
  });

  it("prints a second when its time is over, and omits empty ones", () => {
    const benchmark = new Benchmark(ALL);
    const start = 1e12;
    expect(benchmark.tick(start)).toBeNull();
    benchmark.add(block(1, 0));
    expect(benchmark.tick(start + 1100)).toBeNull();
    expect(benchmark.tick(start + 1300)).toMatchObject({ seconds: 1, blocks: 1, height: 1 });
    expect(benchmark.tick(start + 5300)).toBeNull();
    expect(benchmark.add(block(2, 7.5)).second).toBeNull();
    expect(benchmark.add(block(3, 8.5)).second).toMatchObject({ seconds: 8, blocks: 1, height: 2 });
  });

  it("writes all blocks and losses to its file", () => {
    const benchmark = run(FORTY);
    const lost = { tracepoint: "corelens:lost", time: 0, lost_tracepoint: BLOCK, lost: 3 } as const;
    benchmark.observe(lost);
    const { result } = benchmark;
    const shortened = result.blocks.map((each) => ({ ...each, hash: each.hash.slice(-16) }));
    expect(parseResult(resultJson(result), "a.json")).toEqual({ ...result, blocks: shortened });
    expect(result.lost).toBe(3);
  });

  it("reports its progress", () => {
    const text = linesOf({ first: 10, last: 109 }, null);
    expect(text.status()).toBe("waiting for the node to connect a block");
    text.print(block(9, 0));
    expect(text.status()).toBe("waiting for height 10; the node is at 9");
    for (let height = 10; height < 60; height++) text.print(block(height, height / 10));
    expect(text.status()).toBe(
      "[████████████            ] 50.0 %  height 59 of 109, 10 blocks/s, about 5.00 s left",
    );
    const late = linesOf({ first: 1, last: 5 }, null);
    late.print(block(9, 0));
    expect(late.status()).toBe("the node is at height 9, after the last block to measure, 5");
    expect(late.end()).toBe("no block from 1 to 5 (the node is at 9) was connected\n");
  });

  it("has JSON with an object in each line", () => {
    const json = new BenchmarkLines(new Benchmark(ALL), BENCHMARK_JSON, 38e6);
    const text = FORTY.map((event) => json.print(event)).join("");
    const lines = (text + json.end()).trim().split("\n");
    expect(lines.map((each) => JSON.parse(each))).toMatchObject([
      {
        tracepoint: "corelens:slow_block",
        height: 930015,
        transactions: 401,
        duration_ns: 38_624_000,
      },
      { tracepoint: "corelens:second", seconds: 1, blocks: 27, height: 930007 },
      { tracepoint: "corelens:slow_block", height: 930015 },
      {
        tracepoint: "corelens:summary",
        blocks: 40,
        first_height: 930001,
        last_height: 930020,
        lost: 0,
      },
    ]);
  });
});

describe("a result's file", () => {
  const good = JSON.parse(resultJson(run(FORTY.slice(0, 3)).result));
  it.each<[string, unknown]>([
    ["no JSON", "{"],
    ["another program's", { format: "else" }],
    ["a list", []],
    ["null", null],
    ["without blocks", { ...good, blocks: undefined }],
    ["with columns of different lengths", { ...good, blocks: { ...good.blocks, height: [1] } }],
    ["with text for numbers", { ...good, blocks: { ...good.blocks, height: ["1", "2", "3"] } }],
    ["with a time that is none", { ...good, time: "soon" }],
    ["with a negative duration", { ...good, elapsed_ns: -1 }],
  ])("is refused when it is %s", (_, value) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    expect(() => parseResult(text, "a.json")).toThrow("a.json: ");
  });
});
