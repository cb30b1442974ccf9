import fc from "fast-check";
import { expect, it } from "vitest";
import { medianOf, Samples } from "../../src/model/samples.ts";

it("tells how the last numbers lie", () => {
  const numbers = fc.array(fc.integer(), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(numbers, fc.integer({ min: 1, max: 12 }), (numbers, most) => {
      const samples = new Samples(most);
      for (const number of numbers) samples.add(number);
      const last = numbers.slice(-most).sort((a, b) => a - b);
      expect(samples.quantiles(0, 1)).toEqual([last[0], last.at(-1)]);
      expect(samples.quantile(0.5)).toBe(medianOf(last));
    }),
  );
});

it("tells nothing of no numbers", () => {
  expect(new Samples(3).quantile(0.5)).toBeNull();
  expect(new Samples(3).quantiles(0.1, 0.9)).toEqual([]);
  expect(medianOf([])).toBeNull();
});
