import { expect, it } from "vitest";
import { counted } from "../../src/text/counted.ts";
import {
  agoText,
  amountsLike,
  amountText,
  groupedText,
  percentText,
  satText,
  scaledText,
  spanText,
  threeDigits,
} from "../../src/text/format.ts";

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
  [1e18, "1,000 PB"],
])("%d bytes are %s", (value, text) => {
  expect(scaledText(value, "B")).toBe(text);
});

it.each([
  [0, "0"],
  [0.123, "0.12"],
  [9.996, "10"],
  [12.345, "12.3"],
  [99.96, "100"],
  [1250, "1,250"],
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

it("large numbers have grouped thousands", () => {
  expect([0, 999, 1000, 1_234_567].map(groupedText)).toEqual(["0", "999", "1,000", "1,234,567"]);
});

it("only the digits before the decimal point are grouped", () => {
  expect(["14108.3100", "-1234567", "0.12345"].map(groupedText)).toEqual([
    ...["14,108.3100", "-1,234,567", "0.12345"],
  ]);
  expect(counted(1234, "transaction")).toBe("1,234 transactions");
});

it.each([
  [0, "0 %"],
  [1e-9, "< 0.01 %"],
  [0.000_28, "0.028 %"],
  [0.015, "1.5 %"],
  [0.344, "34 %"],
  [0.9999, "99 %"],
  [1, "100 %"],
])("a share of %d is %s", (share, text) => {
  expect(percentText(share)).toBe(text);
});

it("large amounts are in BTC with grouped digits, and a column has one unit", () => {
  expect([0, 709_765, 6_500_000, 1_410_831_000_000].map(amountText)).toEqual([
    ...["0 sat", "709,765 sat", "0.0650 BTC", "14,108.3100 BTC"],
  ]);
  const column = [709_765, 6_500_000];
  expect(column.map(amountsLike(column))).toEqual(["0.00709765 BTC", "0.06500000 BTC"]);
  expect([709_765].map(amountsLike([709_765, null]))).toEqual(["709,765 sat"]);
  expect(satText(394.527)).toBe("395 sat");
});

it.each([
  [0, "less than a minute ago"],
  [61_000, "a minute ago"],
  [59.4 * 60_000, "59 minutes ago"],
  [190 * 60_000, "3 h 10 min ago"],
])("%d ms are %s", (ms, text) => {
  expect(agoText(ms)).toBe(text);
});
