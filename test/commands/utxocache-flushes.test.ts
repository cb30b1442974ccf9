import { expect, it } from "vitest";
import { UtxocacheFlushes } from "../../src/commands/utxocache-flushes/utxocache-flushes.ts";
import { durationText } from "../../src/text/format.ts";
import { event, JSON_LINES, objects, printed, simulated, TEXT } from "./lines.ts";

function flush(fields: Readonly<Record<string, unknown>>) {
  return event("utxocache:flush", {
    ...{ duration_us: 2_556_340, mode: "IF_NEEDED", coins: 2_899_141, memory: 394_844_340 },
    ...{ for_prune: false },
    ...fields,
  });
}

const flushes = (release: number) =>
  simulated({ tracepoints: ["utxocache:flush"], count: 5, release });

it("flushes are shown with their modes, and totals by mode", () => {
  expect(printed(new UtxocacheFlushes(TEXT), flushes(31))).toMatchInlineSnapshot(`
    "00:00:05.501100  NONE         took 2.00 ms              0 coins      0.3 MB  for pruning
    00:01:14.270707  NONE         took 2.58 ms            126 coins      0.3 MB  for pruning
    00:02:07.459779  PERIODIC     took 2.90 ms            280 coins      0.3 MB
    00:04:34.976925  NONE         took 7.01 ms          1,167 coins      0.4 MB  for pruning
    00:05:00.124906  PERIODIC     took 2.88 ms            341 coins      0.3 MB

    MODE      FLUSHES    TOTAL  LONGEST  COINS
    NONE            3  11.6 ms  7.01 ms  1,293
    PERIODIC        2  5.77 ms  2.90 ms    621
    "
  `);
  expect(objects(new UtxocacheFlushes(JSON_LINES), flushes(30)).at(-1)).toMatchInlineSnapshot(`
    {
      "modes": {
        "NONE": {
          "coins": 126,
          "duration_us": 4337,
          "flushes": 2,
          "longest_us": 2337,
        },
        "PERIODIC": {
          "coins": 1536,
          "duration_us": 11260,
          "flushes": 3,
          "longest_us": 4741,
        },
      },
      "tracepoint": "corelens:flushes",
    }
  `);
});

it("durations have a suitable unit, also invalid ones", () => {
  expect(printed(new UtxocacheFlushes(TEXT), [flush({})])).toContain("took 2.56 s ");
  expect(printed(new UtxocacheFlushes(TEXT), [flush({ duration_us: 0 })])).toContain("took 0 ns ");
  const negative = printed(new UtxocacheFlushes(TEXT), [flush({ duration_us: -1_500_000 })]);
  expect(negative).toContain("took -1.50 s ");
});

it("a mode without a name is shown as its number", () => {
  const text = printed(new UtxocacheFlushes(TEXT), [flush({ mode: 3 }), flush({ mode: 17 })]);
  expect(text).toContain("  mode 3 ");
  expect(text).toContain("  mode 17 ");
});

it("a stream without flushes prints nothing", () => {
  expect(printed(new UtxocacheFlushes(TEXT), [])).toBe("");
});

it.each([
  [0, "0 ns"],
  [250e3, "250 us"],
  [12.5e6, "12.5 ms"],
  [245e9, "4 min 5 s"],
  [11_520e9, "3 h 12 min"],
  [86_400e9, "1 d"],
  [1_051_200e9, "12 d 4 h"],
])("%d ns are %s", (ns, text) => {
  expect(durationText(ns)).toBe(text);
});
