import { jsonLine } from "../../event/json.ts";
import type { BenchmarkView } from "./benchmark-lines.ts";

/** A benchmark for programs. */
export const BENCHMARK_JSON: BenchmarkView = {
  second: (second) => jsonLine("corelens:second", { ...second }),
  slow: (block) => jsonLine("corelens:slow_block", block),
  end: (summary) => {
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
  },
};
