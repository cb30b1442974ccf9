import { expect, it } from "vitest";
import { parseDuration } from "../../src/cli/options.ts";

it.each([
  ["10", 10_000],
  ["250ms", 250],
  ["1.5s", 1500],
  ["2m", 120_000],
  ["24h", 86_400_000],
  ["7d", 604_800_000],
])("%s takes %d ms", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

it.each([
  ["1w", "ms, s, m, h or d"],
  ["", "ms, s, m, h or d"],
  ["-1s", "ms, s, m, h or d"],
  // A timer of more than 2^31 ms would end at once.
  ["600h", "at most 24d"],
  ["25d", "at most 24d"],
])("a duration of '%s' is refused", (text, why) => {
  expect(() => parseDuration(text)).toThrow(why);
});
