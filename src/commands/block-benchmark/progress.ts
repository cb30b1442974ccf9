import { bar } from "../../text/bar.ts";
import { durationText } from "../../text/format.ts";
import type { Benchmark, Second } from "./benchmark.ts";

const BAR_WIDTH = 24;
/** Seconds whose pace gives the time that is left. */
const PACE_SECONDS = 10;

/**
 * How far a benchmark is:
 *
 *     [██████████▏             ] 42.3 %  height 27613 of 38000, 1735 blocks/s, 6.00 s left at this pace
 *
 * By heights: later blocks are larger, so the first estimates are too good.
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
    if (height > last) return `the node is at ${height} already: no block up to ${last} will come`;
    const share = (height - first + 1) / (last - first + 1);
    const meter = `[${bar(share, BAR_WIDTH).padEnd(BAR_WIDTH)}] ${(share * 100).toFixed(1)} %`;
    return `${meter}  height ${height} of ${last}${this.#paceText(last - height)}`;
  }

  /** @param left blocks that are still to come */
  #paceText(left: number): string {
    const [first, ...later] = this.#recent;
    const last = later.at(-1);
    if (first === undefined || last === undefined) return "";
    const blocks = later.reduce((sum, second) => sum + second.blocks, 0);
    const pace = blocks / (last.seconds - first.seconds);
    return `, ${pace.toFixed(0)} blocks/s, ${durationText((left / pace) * 1e9)} left at this pace`;
  }
}
