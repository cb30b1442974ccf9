import type { RawEvent } from "../../event/event.ts";
import type { Notice } from "../../event/notice.ts";
import type { LineTool } from "../../text/line-tool.ts";
import type { Benchmark, Second } from "./benchmark.ts";
import type { MeasuredBlock } from "./measured-block.ts";
import { type Summary, summarise } from "./summary.ts";

/** How a benchmark is written: text for people, JSON for programs. */
export interface BenchmarkView {
  second(second: Second): string;
  slow(block: MeasuredBlock): string;
  /** @param summary null when no block was connected */
  end(summary: Summary | null): string;
  status?(): string;
}

/** A line for each second and for each slow block, and the summary. */
export class BenchmarkLines implements LineTool {
  readonly #benchmark: Benchmark;
  readonly #view: BenchmarkView;
  readonly #slow: number;

  /** @param slow blocks that take at least this long are printed, in ns; null for none */
  constructor(benchmark: Benchmark, view: BenchmarkView, slow: number | null) {
    this.#benchmark = benchmark;
    this.#view = view;
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
    return this.#second(second) + (isSlow ? this.#view.slow(block) : "");
  }

  tick(now: number): string {
    return this.#second(this.#benchmark.tick(now));
  }

  status(): string {
    return this.#view.status?.() ?? "";
  }

  end(): string {
    return this.#view.end(summarise(this.#benchmark.result));
  }

  #second(second: Second | null): string {
    return second === null ? "" : this.#view.second(second);
  }
}
