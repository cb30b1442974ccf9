import fc from "fast-check";
import { expect, it } from "vitest";
import { ExactSum } from "../../src/util/exact-sum.ts";

it("an exact sum equals the sum of big integers", () => {
  const value = fc.oneof(fc.maxSafeInteger(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }));
  fc.assert(
    fc.property(fc.array(value), (values) => {
      const sum = new ExactSum();
      for (const value of values) sum.add(value);
      expect(sum.value).toBe(values.reduce<bigint>((total, value) => total + BigInt(value), 0n));
    }),
  );
});
