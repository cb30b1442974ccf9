import fc from "fast-check";
import { expect, it } from "vitest";
import { addTo, combineSpreads, quantileOf, type Spread } from "../../src/counting/spread.ts";

const spreadOf = (values: readonly (number | bigint)[]): Spread => {
  const spread: Spread = new Map();
  for (const value of values) addTo(spread, value);
  return spread;
};

const integer = fc.oneof(
  fc.integer({ min: -100, max: 100 }),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
);

it("a quantile is within 1.6 % of the sorted values' own", () => {
  fc.assert(
    fc.property(
      fc.array(integer, { minLength: 1 }),
      fc.constantFrom(0, 0.5, 0.9, 0.99, 1),
      (values, share) => {
        const sorted = values.map(Number).sort((a, b) => a - b);
        const exact = sorted[Math.floor(share * (sorted.length - 1))]!;
        const found = Number(quantileOf(spreadOf(values), share));
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(Math.abs(exact) / 62);
      },
    ),
  );
});

it("small integers are exact, and no value has no quantile", () => {
  for (let value = -63; value < 64; value++) {
    expect(quantileOf(spreadOf([value]), 0.5)).toBe(BigInt(value));
  }
  expect(quantileOf(new Map(), 0.5)).toBeNull();
});

it("any values take bounded memory", () => {
  fc.assert(
    fc.property(fc.array(integer), (values) => {
      for (const bucket of spreadOf(values).keys()) expect(Math.abs(bucket)).toBeLessThan(2000);
    }),
  );
});

it("spreads are added and subtracted", () => {
  const [a, b] = [spreadOf([1, 2, 2000]), spreadOf([2, 9])];
  expect(combineSpreads(a, b, 1)).toEqual(spreadOf([1, 2, 2000, 2, 9]));
  expect(combineSpreads(combineSpreads(a, b, 1), b, -1)).toEqual(a);
});
