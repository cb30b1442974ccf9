import fc from "fast-check";
import { expect, it } from "vitest";
import { SlidingCount } from "../../src/util/sliding-count.ts";

it("tells what was added in the last seconds, as counting it over again would", () => {
  const additions = fc.array(
    fc.record({ wait: fc.nat(7000), late: fc.nat(2500), amount: fc.nat(9) }),
  );
  fc.assert(
    fc.property(
      additions,
      fc.nat(15_000),
      fc.integer({ min: 1, max: 10 }),
      (all, wait, seconds) => {
        const count = new SlidingCount(10);
        const added: { second: number; amount: number }[] = [];
        let time = 1_795_264_200_123;
        for (const addition of all) {
          time += addition.wait;
          const at = time - addition.late;
          count.add(at, addition.amount);
          added.push({ second: Math.floor(at / 1000), amount: addition.amount });
        }
        const now = time + wait;
        const last = Math.floor(now / 1000);
        const expected = added
          .filter(({ second }) => second > last - seconds && second <= last)
          .reduce((sum, { amount }) => sum + amount, 0);
        expect(count.sum(now, seconds)).toBe(expected);
      },
    ),
  );
});

it("tells rates over the time that it has, at least a second", () => {
  const count = new SlidingCount(10);
  for (let i = 0; i < 40; i++) count.add(i * 100);
  expect(count.rate(500, 0)).toBe(10);
  expect(count.rate(4000, 0)).toBe(10);
  expect(count.rate(9500, 0)).toBeCloseTo(40 / 9.5);
  expect(count.rate(12_500, 0)).toBeCloseTo(10 / 9.5);
});

it("begins anew when the clock is set back", () => {
  const count = new SlidingCount(10);
  count.add(1_000_000, 5);
  count.add(500_000, 2);
  expect(count.sum(500_000)).toBe(2);
});
