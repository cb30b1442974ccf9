import type { RawEvent } from "../../event/event.ts";
import { jsonLine } from "../../event/json.ts";
import type { Notice } from "../../event/notice.ts";
import type { LineTool } from "../../text/line-tool.ts";
import type { Benchmark, Second } from "./benchmark.ts";
import { summarise } from "./summary.ts";

/** A benchmark for programs: lines of `corelens:second`, `corelens:slow_block` and, at the end, `corelens:summary`. */
export class BenchmarkJson implements LineTool {
  readonly #benchmark: Benchmark;
  readonly #slow: number;

  /** @param slow blocks that take at least this long are printed, in ns; null for none */
  constructor(benchmark: Benchmark, slow: number | null) {
    this.#benchmark = benchmark;
    this.#slow = slow ?? Number.POSITIVE_INFINITY;
  }

  get isDone(): boolean {
    return this.#benchmark.isDone;
  }

  observe(notice: Notice): void {
    this.#benchmark.observe(notice);
  }

  print(event: RawEvent): string {
    const { block, second } = this.#benchmark.add(event);
    const isSlow = block !== null && block.duration_ns >= this.#slow;
    return secondLine(second) + (isSlow ? jsonLine("corelens:slow_block", block) : "");
  }

  tick(now: number): string {
    return secondLine(this.#benchmark.tick(now));
  }

  end(): string {
    const summary = summarise(this.#benchmark.result);
    if (summary === null) return jsonLine("corelens:summary", { blocks: 0 });
    const { blocks, heights, lost, transactions, inputs, slowest } = summary;
    return jsonLine("corelens:summary", {
      ...{ blocks, first_height: heights[0], last_height: heights[1], lost, transactions, inputs },
      elapsed_ns: summary.elapsed,
      connecting_ns: summary.connecting,
      median_ns: summary.median,
      mean_ns: summary.mean,
      p90_ns: summary.p90,
      p99_ns: summary.p99,
      slowest,
      histogram: summary.histogram.map((bucket) => ({
        from_ns: bucket.from,
        to_ns: bucket.to,
        blocks: bucket.blocks,
        time_ns: bucket.time,
      })),
    });
  }
}

function secondLine(second: Second | null): string {
  if (second === null) return "";
  const { seconds, blocks, transactions, inputs, sigops_cost, height } = second;
  return jsonLine("corelens:second", {
    seconds,
    blocks,
    transactions,
    inputs,
    sigops_cost,
    height,
  });
}
