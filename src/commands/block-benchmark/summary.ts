import { quantile, sum } from "../../util/statistics.ts";
import { type Bucket, histogram } from "./histogram.ts";
import type { MeasuredBlock } from "./measured-block.ts";
import type { BenchmarkResult } from "./result.ts";

/** The figures of a benchmark. Durations are in ns, and of ConnectBlock unless stated otherwise. */
export interface Summary {
  readonly blocks: number;
  /** The lowest and the highest. */
  readonly heights: readonly [number, number];
  /** From the beginning of the first block to the end of the last: reading from disk and flushing included. */
  readonly elapsed: number;
  readonly lost: number;
  readonly transactions: number;
  readonly inputs: number;
  readonly connecting: number;
  readonly median: number;
  readonly mean: number;
  readonly p90: number;
  readonly p99: number;
  readonly slowest: MeasuredBlock;
  readonly histogram: readonly Bucket[];
}

/** Null without blocks. */
export function summarise({ blocks, elapsed, lost }: BenchmarkResult): Summary | null {
  const [first] = blocks;
  if (first === undefined) return null;
  const durations = blocks.map(({ duration_ns }) => duration_ns);
  const sorted = Float64Array.from(durations).sort();
  const connecting = sum(durations);
  return {
    blocks: blocks.length,
    heights: extent(blocks.map(({ height }) => height)),
    elapsed,
    lost,
    transactions: sum(blocks.map(({ transactions }) => transactions)),
    inputs: sum(blocks.map(({ inputs }) => inputs)),
    connecting,
    median: quantile(sorted, 0.5),
    mean: connecting / blocks.length,
    p90: quantile(sorted, 0.9),
    p99: quantile(sorted, 0.99),
    slowest: blocks.reduce(
      (most, block) => (block.duration_ns > most.duration_ns ? block : most),
      first,
    ),
    histogram: histogram(durations),
  };
}

function extent(values: readonly number[]): [number, number] {
  const sorted = Float64Array.from(values).sort();
  return [sorted[0]!, sorted.at(-1)!];
}
