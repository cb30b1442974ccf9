import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bar } from "../../src/text/bar.ts";
import { durationText } from "../../src/text/format.ts";

describe("a duration", () => {
  it.each([
    [0, "0 ns"],
    [7, "7 ns"],
    [999, "999 ns"],
    [1000, "1.00 us"],
    [999_499, "999 us"],
    [999_600, "1.00 ms"],
    [61_234_000, "61.2 ms"],
    [9_996_000, "10.0 ms"],
    [1.5e9, "1.50 s"],
    [119e9, "119 s"],
    [843e9, "14 min 3 s"],
    [7500e9, "2 h 5 min"],
    [-2e6, "-2.00 ms"],
  ])("of %d ns is %s", (ns, text) => {
    expect(durationText(ns)).toBe(text);
  });

  it("has three digits and at most half a per cent of error", () => {
    const units = { ns: 1, us: 1e3, ms: 1e6, s: 1e9 } as const;
    fc.assert(
      fc.property(fc.double({ min: 1, max: 119e9, noNaN: true }), (ns) => {
        const [value, unit] = durationText(ns).split(" ") as [string, keyof typeof units];
        expect(value.replace(".", "").length).toBeLessThanOrEqual(3);
        const error = Math.abs(Number(value) * units[unit] - ns) / ns;
        expect(error).toBeLessThan(ns < 1000 ? 0.51 : 0.0051);
      }),
    );
  });
});

it("a bar has steps of an eighth column, and shows every share above 0", () => {
  expect(bar(0, 4)).toBe("");
  expect(bar(1e-6, 4)).toBe("▏");
  expect(bar(0.5, 4)).toBe("██");
  expect(bar(0.6, 4)).toBe("██▍");
  expect(bar(1, 4)).toBe("████");
  expect(bar(7, 4)).toBe("████");
});
