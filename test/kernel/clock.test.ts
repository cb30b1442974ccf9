import { describe, expect, it } from "vitest";
import { MONOTONIC, REALTIME, WallClock } from "../../src/kernel/clock.ts";
import { isTraceable } from "../../src/kernel/platform.ts";

describe.skipIf(!isTraceable)("the wall clock", () => {
  it("has the offset between the kernel's clocks, which a pause does not change", () => {
    // Each reading of the time of day is between two of the time since boot; the first attempt is paused.
    const readings = [
      ...[100, 10_000_850, 900],
      ...[1000, 10_001_001, 1002],
      ...[1100, 10_001_103, 1104],
    ];
    const clock = new WallClock(() => readings.shift()!);
    clock.refresh();
    expect(clock.fromMonotonic(5_000_000)).toBe(10_000_005);
  });

  it("reads both of the kernel's clocks", () => {
    const asked: number[] = [];
    new WallClock((clock) => asked.push(clock)).refresh();
    expect(asked).toEqual(Array(3).fill([MONOTONIC, REALTIME, MONOTONIC]).flat());
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
});
