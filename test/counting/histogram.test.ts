import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketCount, bucketOf, rangeOf, type Scale } from "../../src/counting/histogram.ts";

const scale: fc.Arbitrary<Scale> = fc.oneof(
  fc.constant({ kind: "log2" } as const),
  fc
    .tuple(fc.integer(), fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 100 }))
    .map(([low, width, step]) => ({ kind: "linear", low, high: low + width, step }) as const),
  fc
    .uniqueArray(fc.integer({ min: 1 }), { minLength: 1 })
    .map((bounds) => ({ kind: "bounds", bounds: bounds.toSorted((a, b) => a - b) }) as const),
);

describe("a bucket", () => {
  it("holds the values of its range, and every value has one", () => {
    fc.assert(
      fc.property(scale, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), (scale, value) => {
        const bucket = bucketOf(value, scale);
        const { from, to } = rangeOf(bucket, scale);
        expect(bucket).toBeLessThan(bucketCount(scale));
        expect(from === null || value >= BigInt(from)).toBe(true);
        expect(to === null || value < BigInt(to)).toBe(true);
      }),
    );
  });

  it.each([
    [-1n, 0],
    [0n, 1],
    [1n, 2],
    [2n, 3],
    [3n, 3],
    [4n, 4],
    [2n ** 64n - 1n, 65],
  ])("of a power of two: %s is in %i", (value, bucket) => {
    expect(bucketOf(value, { kind: "log2" })).toBe(bucket);
  });

  it("is shorter where the steps do not fill the scale", () => {
    const scale = { kind: "linear", low: 0, high: 25, step: 10 } as const;
    const ranges = Array.from({ length: bucketCount(scale) }, (_, bucket) =>
      rangeOf(bucket, scale),
    );
    expect(ranges).toEqual([
      { from: null, to: 0 },
      { from: 0, to: 10 },
      { from: 10, to: 20 },
      { from: 20, to: 25 },
      { from: 25, to: null },
    ]);
  });
});
