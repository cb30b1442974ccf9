import { expect, it } from "vitest";
import { ageText, bytesText, countText, rateText } from "../../src/text/screen/figures.ts";

it.each([
  { text: countText, of: { 0: "0", 9999: "9999", 10000: "10.0k", 999499: "999k" } },
  { text: countText, of: { 999500: "1.00M", 12345678: "12.3M" } },
  { text: bytesText, of: { 0: "0 B", 999: "999 B", 1000: "1.00 kB", 45600000: "45.6 MB" } },
  { text: rateText, of: { 0: "0", 0.05: "0.05", 0.999: "1.0", 9.95: "10", 12345: "12.3k" } },
  { text: ageText, of: { "-5": "0s", 59999: "59s", 184000: "3m04s", 7860000: "2h11m" } },
  { text: ageText, of: { 86400000: "1d00h", 442800000: "5d03h" } },
])("$text.name says what counts, shortly", ({ text, of }) => {
  for (const [value, expected] of Object.entries(of)) expect(text(Number(value))).toBe(expected);
});
