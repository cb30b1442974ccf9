import fc from "fast-check";
import { expect, it } from "vitest";
import { histogram, histogramLines } from "../../../src/commands/block-benchmark/histogram.ts";

it("a histogram has every duration in one bucket of 1, 2 or 5 times a power of ten", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1e11), { minLength: 1 }), (durations) => {
      const buckets = histogram(durations);
      for (const { from, to, blocks, time } of buckets) {
        const own = durations.filter((duration) => duration >= from && duration < to);
        expect(blocks).toBe(own.length);
        expect(time).toBe(own.reduce((sum, duration) => sum + duration, 0));
        if (from > 0) expect(String(from)).toMatch(/^[125]0*$/);
      }
      expect(buckets.reduce((sum, { blocks }) => sum + blocks, 0)).toBe(durations.length);
      expect(buckets.slice(1).map(({ from }) => from)).toEqual(
        buckets.slice(0, -1).map(({ to }) => to),
      );
    }),
  );
});

it("a histogram shows the number of blocks and their total duration", () => {
  const durations = [300, 1500, 1700, 1900, 6000, 42_000_000];
  expect(histogramLines(histogram(durations)).filter((line) => !/ 0 {2}/.test(line))).toEqual([
    "       0 - 1 us  1  ██████████                       0.0 % of the time",
    "    1 us - 2 us  3  ██████████████████████████████   0.0 % of the time",
    "   5 us - 10 us  1  ██████████                       0.0 % of the time",
    "  20 ms - 50 ms  1  ██████████                       100 % of the time",
  ]);
  expect(histogramLines(histogram([0]))).toEqual([
    "0 - 1 us  1  ██████████████████████████████   0.0 % of the time",
  ]);
});
