import { expect, it } from "vitest";
import { groupedText, scaledText, spanText, threeDigits } from "../../src/format.ts";

it.each([
  [0, "0 B"],
  [999, "999 B"],
  [999.5, "1 kB"],
  [1000, "1 kB"],
  [1234, "1.23 kB"],
  [12_345, "12.3 kB"],
  [999_499, "999 kB"],
  [999_500, "1 MB"],
  [1.5e12, "1.5 TB"],
  [1e18, "1000 PB"],
])("%d bytes are %s", (value, text) => {
  expect(scaledText(value, "B")).toBe(text);
});

it.each([
  [0, "0"],
  [0.123, "0.12"],
  [9.996, "10"],
  [12.345, "12.3"],
  [99.96, "100"],
  [1250, "1250"],
])("%d in three digits is %s", (value, text) => {
  expect(threeDigits(value)).toBe(text);
});

it.each([
  [-1, "0 s"],
  [59.9, "59 s"],
  [60, "1 min"],
  [3599, "59 min"],
  [3600, "1 h"],
  [3660, "1 h 1 min"],
  [90_000, "1 d 1 h"],
  [86_400 * 30 + 59, "30 d"],
])("%d seconds are %s", (seconds, text) => {
  expect(spanText(seconds)).toBe(text);
});

it("groups thousands", () => {
  expect([0, 999, 1000, 1_234_567].map(groupedText)).toEqual(["0", "999", "1,000", "1,234,567"]);
});
