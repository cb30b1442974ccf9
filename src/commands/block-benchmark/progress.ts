import { bar } from "../../text/bar.ts";
import { durationText } from "../../text/format.ts";
import type { Benchmark, Second } from "./benchmark.ts";

const BAR_WIDTH = 24;
/** Number of last seconds whose speed gives the remaining time. */
const PACE_SECONDS = 10;

/**
 * The progress of a benchmark:
 *
 *     [██████████▏             ] 42.3 %  height 27613 of 38000, 1735 blocks/s, about 6.00 s left
 *
 * The share is one of heights: later blocks are larger, so early estimates are too short.
 */
export class Progress {
  readonly #benchmark: Benchmark;
  #recent: Second[] = [];

  constructor(benchmark: Benchmark) {
    this.#benchmark = benchmark;
  }

  learn(second: Second): void {
    this.#recent = [...this.#recent, second].slice(-PACE_SECONDS - 1);
  }

  line(): string {
    const { height, range } = this.#benchmark;
    const first = range.first ?? 0;
    if (height === null) return "waiting for the node to connect a block";
    if (height < first) return `waiting for height ${first}; the node is at ${height}`;
    const { last } = range;
    if (last === null) return `height ${height}`;
    if (height > last)
      return `the node is at height ${height}, after the last block to measure, ${last}`;
    const share = (height - first + 1) / (last - first + 1);
    const meter = `[${bar(share, BAR_WIDTH).padEnd(BAR_WIDTH)}] ${(share * 100).toFixed(1)} %`;
    return `${meter}  height ${height} of ${last}${this.#paceText(last - height)}`;
  }

  /** @param left number of remaining blocks */
  #paceText(left: number): string {
    const [first, ...later] = this.#recent;
    const last = later.at(-1);
    if (first === undefined || last === undefined) return "";
    const blocks = later.reduce((sum, second) => sum + second.blocks, 0);
    const pace = blocks / (last.seconds - first.seconds);
    return `, ${pace.toFixed(0)} blocks/s, about ${durationText((left / pace) * 1e9)} left`;
  }
}
