import { describe, expect, it } from "vitest";
import { WallClock } from "../../src/kernel/clock.ts";
import { isTraceable } from "../../src/kernel/platform.ts";

describe.skipIf(!isTraceable)("the wall clock", () => {
  it("converts time since boot to the time of day, to the millisecond", () => {
    const clock = new WallClock();
    clock.refresh();
    const before = Date.now();
    const time = clock.fromMonotonic(process.hrtime.bigint());
    expect(time).toBeGreaterThan(before - 2);
    expect(time).toBeLessThan(Date.now() + 2);
  });

  it("keeps time differences, also below a microsecond", () => {
    const clock = new WallClock();
    clock.refresh();
    const [a, b, c] = [5_000_000_000, 5_000_001_000, 5_001_000_000].map((ktime) =>
      clock.fromMonotonic(ktime),
    ) as [number, number, number];
    expect(b - a).toBeCloseTo(0.001, 3);
    expect(c - a).toBeCloseTo(1, 3);
  });

  it("accepts times beyond safe integers", () => {
    const clock = new WallClock();
    expect(clock.fromMonotonic(2n ** 63n)).toBe(2 ** 63 / 1e6);
  });

  it("keeps the time when the offset is measured again", () => {
    const clock = new WallClock(0);
    clock.refresh();
    const before = clock.fromMonotonic(1e15);
    clock.refresh();
    expect(Math.abs(clock.fromMonotonic(1e15) - before)).toBeLessThan(5);
  });
});
