import { counted } from "../../text/counted.ts";
import { durationText } from "../../text/format.ts";
import type { Paint } from "../../text/paint.ts";
import type { Benchmark, Second } from "./benchmark.ts";
import type { BenchmarkView } from "./benchmark-lines.ts";
import { histogramLines } from "./histogram.ts";
import type { MeasuredBlock } from "./measured-block.ts";
import { Progress } from "./progress.ts";
import type { Summary } from "./summary.ts";

/**
 * A benchmark as text:
 *
 *        12 s    1840 blocks/s    2117 tx/s    4478 inputs/s    2471 sigop cost/s  height 21879
 *     slow 38.2 ms  height 20492   20 tx  2319 inputs  2318 sigop cost  000000f5…d32b
 */
export class BenchmarkText implements BenchmarkView {
  readonly #benchmark: Benchmark;
  readonly #progress: Progress;
  readonly #paint: Paint;

  constructor(benchmark: Benchmark, paint: Paint) {
    this.#benchmark = benchmark;
    this.#progress = new Progress(benchmark);
    this.#paint = paint;
  }

  status(): string {
    return this.#progress.line();
  }

  end(summary: Summary | null): string {
    if (summary === null) return `no block${rangeText(this.#benchmark)} was connected\n`;
    return `\n${summaryLines(summary, this.#paint).join("\n")}\n`;
  }

  second(second: Second): string {
    this.#progress.learn(second);
    const count = (value: number, width: number, unit: string) =>
      `${String(value).padStart(width)} ${this.#paint("faint", unit)}`;
    return [
      count(second.seconds, 6, "s"),
      count(second.blocks, 6, "blocks/s"),
      count(second.transactions, 7, "tx/s"),
      count(second.inputs, 7, "inputs/s"),
      count(second.sigops_cost, 8, "sigop cost/s"),
      ` ${this.#paint("faint", "height")} ${second.height}\n`,
    ].join(" ");
  }

  slow({ height, hash, transactions, inputs, sigops_cost, duration_ns }: MeasuredBlock): string {
    const counts = [
      `${String(transactions).padStart(4)} tx`,
      `${String(inputs).padStart(5)} inputs`,
      `${String(sigops_cost).padStart(5)} sigop cost`,
    ];
    const took = this.#paint("warning", durationText(duration_ns).padStart(7));
    return `slow ${took}  height ${height} ${counts.join(" ")}  ${hash}\n`;
  }
}

function summaryLines(summary: Summary, paint: Paint): string[] {
  const { blocks, heights, elapsed, lost, connecting, slowest } = summary;
  const share = ((connecting / elapsed) * 100).toFixed(1);
  const each = (count: number) => durationText(connecting / count);
  return [
    `${paint("strong", counted(blocks, "block"))}, heights ${heights.join(" to ")}, in ${paint("strong", durationText(elapsed))}; ` +
      `${durationText(connecting)} of it (${share} %) connecting them`,
    `time per block: median ${durationText(summary.median)}, mean ${durationText(summary.mean)}, ` +
      `90 % at most ${durationText(summary.p90)}, 99 % at most ${durationText(summary.p99)}, ` +
      `slowest ${durationText(slowest.duration_ns)} (height ${slowest.height})`,
    `time per transaction: ${each(summary.transactions)}; per input: ${each(summary.inputs)}`,
    ...(lost > 0
      ? [paint("problem", `${counted(lost, "block")} LOST: the sums do not include them`)]
      : []),
    "",
    ...histogramLines(summary.histogram),
  ];
}

function rangeText({ range: { first, last }, height }: Benchmark): string {
  const from = first === null ? "" : ` from ${first}`;
  const to = last === null ? "" : ` to ${last}`;
  return `${from}${to}${height === null ? "" : ` (the node is at ${height})`}`;
}
