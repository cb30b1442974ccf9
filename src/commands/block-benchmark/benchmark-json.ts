import type { RawEvent } from "../../event/event.ts";
import type { Notice } from "../../event/notice.ts";
import type { ConnectedBlock } from "../../model/blocks/connected-block.ts";
import type { LineTool } from "../../text/line-tool.ts";
import type { Benchmark, Second } from "./benchmark.ts";
import { summarise } from "./summary.ts";

/** A benchmark for machines: an object a line, whose `kind` is second, slow_block or summary. */
export class BenchmarkJson implements LineTool {
  readonly #benchmark: Benchmark;
  readonly #slow: number;

  /** @param slow blocks that take at least so long are told, in ns; null for none */
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
    const isSlow = block !== null && block.duration >= this.#slow;
    return secondLine(second) + (isSlow ? line("slow_block", blockJson(block)) : "");
  }

  tick(now: number): string {
    return secondLine(this.#benchmark.tick(now));
  }

  end(): string {
    const summary = summarise(this.#benchmark.result);
    if (summary === null) return line("summary", { blocks: 0 });
    const { blocks, heights, lost, transactions, inputs, slowest } = summary;
    return line("summary", {
      ...{ blocks, first_height: heights[0], last_height: heights[1], lost, transactions, inputs },
      elapsed_ns: summary.elapsed,
      connecting_ns: summary.connecting,
      median_ns: summary.median,
      mean_ns: summary.mean,
      p90_ns: summary.p90,
      p99_ns: summary.p99,
      slowest: blockJson(slowest),
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
  const { seconds, blocks, transactions, inputs, sigopsCost, height } = second;
  const sigops_cost = sigopsCost;
  return line("second", { seconds, blocks, transactions, inputs, sigops_cost, height });
}

function blockJson({ sigopsCost, duration, ...block }: ConnectedBlock): Record<string, unknown> {
  return { ...block, sigops_cost: sigopsCost, duration_ns: duration };
}

function line(kind: string, values: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify({ kind, ...values })}\n`;
}
