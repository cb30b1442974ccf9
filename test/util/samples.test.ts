import fc from "fast-check";
import { expect, it } from "vitest";
import { Samples } from "../../src/util/samples.ts";
import { knownMedian, median } from "../../src/util/statistics.ts";

it("samples have the quantiles of the last numbers", () => {
  const numbers = fc.array(fc.integer(), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(numbers, fc.integer({ min: 1, max: 12 }), (numbers, limit) => {
      const samples = new Samples(limit);
      for (const number of numbers) samples.add(number);
      const last = numbers.slice(-limit).sort((a, b) => a - b);
      expect(samples.quantiles(0, 1)).toEqual([last[0], last.at(-1)]);
      expect(samples.median).toBe(median(last));
    }),
  );
});

it("the median of an even number of values is the mean of the middle two", () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(knownMedian([null, 4, null, 1])).toBe(2.5);
});

it("no samples have no quantiles", () => {
  expect(new Samples(3).median).toBeNull();
  expect(new Samples(3).quantiles(0.1, 0.9)).toEqual([]);
  expect(knownMedian([null])).toBeNull();
});
