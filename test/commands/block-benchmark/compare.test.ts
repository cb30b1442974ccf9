import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compare } from "../../../src/commands/block-benchmark/compare.ts";
import {
  comparisonJson,
  comparisonLines,
} from "../../../src/commands/block-benchmark/compare-text.ts";
import type { BenchmarkResult } from "../../../src/commands/block-benchmark/result.ts";
import { painter } from "../../../src/text/paint.ts";
import { Prng } from "../../../src/util/prng.ts";

/** Durations of the blocks of a chain: from microseconds to a tenth of a second. */
function chain(blocks: number): number[] {
  const prng = new Prng(99);
  return Array.from({ length: blocks }, () => prng.skewed(1e6, 2));
}

interface RunOptions {
  readonly seed: number;
  readonly factor?: number;
  /** Relative variation of a block's duration between runs. */
  readonly spread?: number;
  /** Factor of all blocks of this run. */
  readonly drift?: number;
}

function runOf(
  costs: readonly number[],
  { seed, factor = 1, spread = 0.15, drift = 1 }: RunOptions,
): BenchmarkResult {
  const prng = new Prng(seed);
  const blocks = costs.map((cost, i) => ({
    ...{ height: i + 1, hash: String(i).padStart(16, "0"), transactions: 1, inputs: 1 },
    sigops_cost: 0,
    duration_ns: prng.skewed(cost * factor * drift, spread),
  }));
  return { binary: null, time: 0, elapsed: 1e9, lost: 0, blocks };
}

const verdicts = (a: BenchmarkResult[], b: BenchmarkResult[]) => compare(a, b).verdicts;

describe("a comparison of two builds", () => {
  const costs = chain(2000);

  it("finds no difference in runs of the same build", () => {
    const pairs = Array.from({ length: 40 }, (_, i) =>
      verdicts([runOf(costs, { seed: 2 * i + 1 })], [runOf(costs, { seed: 2 * i + 2 })]),
    );
    const wrong = pairs.filter(({ total, typical }) => total !== "same" || typical !== "same");
    // Each of the eighty verdicts is wrong with a probability of 1 %.
    expect(wrong.length).toBeLessThanOrEqual(3);
  });

  it("finds a build that is 5 per cent slower, with the difference", () => {
    let outside = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const a = [runOf(costs, { seed })];
      const b = [runOf(costs, { seed: seed + 100, factor: 1.05 })];
      const { typical, verdicts } = compare(a, b);
      expect(verdicts.typical).toBe("slower");
      expect(compare(b, a).verdicts.typical).toBe("faster");
      if (typical.low > 1.05 || typical.high < 1.05) outside++;
    }
    expect(outside).toBeLessThanOrEqual(1);
  });

  it("is mirrored when the builds change places", () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.double({ min: 0.5, max: 2, noNaN: true }), (seed, factor) => {
        const few = costs.slice(0, 100);
        const a = [runOf(few, { seed })];
        const b = [runOf(few, { seed: seed + 1, factor })];
        const [there, back] = [compare(a, b), compare(b, a)];
        for (const figure of ["total", "typical"] as const) {
          expect(there[figure].ratio * back[figure].ratio).toBeCloseTo(1, 9);
          expect(there[figure].low).toBeLessThanOrEqual(there[figure].high);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("distinguishes a slowdown of large blocks from one of all blocks", () => {
    const slowedAbove = (limit: number) => (cost: number) => (cost > limit ? cost * 1.2 : cost);
    const a = [runOf(costs, { seed: 1, spread: 0.05 })];
    const b = [runOf(costs.map(slowedAbove(1e7)), { seed: 2, spread: 0.05 })];
    const { total, typical, verdicts } = compare(a, b);
    expect(verdicts.total).toBe("slower");
    expect(total.ratio).toBeGreaterThan(1.1);
    expect(typical.ratio).toBeLessThan(1.03);
  });

  it("is robust against a busy machine during a part of a run", () => {
    // A group of adjacent blocks took 50 % longer.
    const busy = costs.map((cost, i) => (i >= 400 && i < 480 ? cost * 1.5 : cost));
    const a = [runOf(costs, { seed: 1, spread: 0.02 })];
    const b = [runOf(busy, { seed: 2, spread: 0.02 })];
    expect(verdicts(a, b)).toEqual({ total: "same", typical: "same" });
  });

  it("reports no difference within the noise of equal builds", () => {
    const run = (seed: number, drift: number) => runOf(costs, { seed, drift, spread: 0.02 });
    const single = compare([run(1, 1)], [run(2, 1.03)]);
    expect(single.noise).toBeNull();
    expect(single.verdicts.typical).toBe("slower");
    const several = compare(
      [run(1, 1), run(3, 1.04), run(5, 1.01)],
      [run(2, 1.03), run(4, 1), run(6, 1.02)],
    );
    expect(several.noise!.total).toBeGreaterThan(1.03);
    expect(several.noise!.typical).toBeGreaterThan(1.03);
    expect(several.verdicts).toEqual({ total: "same", typical: "same" });
  });

  it("compares only blocks that all runs have, by hash", () => {
    const a = runOf(costs.slice(0, 100), { seed: 1 });
    const shorter = { ...a, blocks: a.blocks.slice(20) };
    const forked = a.blocks.map((block, i) => (i < 90 ? block : { ...block, hash: "f" }));
    expect(compare([a], [shorter])).toMatchObject({
      ...{ blocks: 80, unpaired: 20, heights: [21, 100] },
      total: { ratio: 1, low: 1, high: 1 },
      verdicts: { total: "same", typical: "same" },
    });
    expect(compare([a], [{ ...a, blocks: forked }])).toMatchObject({ blocks: 90, unpaired: 20 });
    expect(() => compare([a], [{ ...a, blocks: a.blocks.slice(90) }])).toThrow(
      "the runs have 10 blocks in common",
    );
  });

  it("has a text and JSON", () => {
    const a = [runOf(costs, { seed: 1, spread: 0.02 }), runOf(costs, { seed: 3, spread: 0.02 })];
    const b = [runOf(costs, { seed: 2, spread: 0.02, factor: 1.1 })];
    const comparison = compare(a, b);
    expect(comparisonLines(comparison, painter(false))).toEqual([
      "2,000 blocks that both connected, heights 1 to 2000",
      expect.stringMatching(
        /^ {2}all blocks together {2}B is (9|10)\.\d % slower +with 99 % confidence \d+\.\d % slower to \d+\.\d % slower$/,
      ),
      expect.stringMatching(/^ {2}a typical block {6}B is (9|10)\.\d % slower/),
      expect.stringMatching(/^runs of the same build differ by \d\.\d %/),
    ]);
    expect(JSON.parse(comparisonJson(comparison))).toMatchObject({
      ...{ first_height: 1, last_height: 2000, blocks: 2000 },
      verdicts: { total: "slower", typical: "slower" },
    });
  });
});
