import { CorelensError } from "../../errors.ts";
import { Prng } from "../../util/prng.ts";
import { median, quantile, sum } from "../../util/statistics.ts";
import type { BenchmarkResult } from "./result.ts";

/*
 * Is build B slower than build A, or is it noise?
 *
 * Both builds connected the same blocks, so each block is compared with itself: differences between blocks, up to a
 * factor of a thousand, cancel out. There are two figures, because a change can improve one and worsen the other:
 *
 *   total      sum of B's durations over sum of A's: the change of a reindex's duration. Large blocks dominate.
 *   typical    the median of the blocks' own ratios, of batches first: every block has the same weight, and a time when
 *              the machine was busy has little.
 *
 * Resampling the data gives the confidence. Neighbouring blocks have common influences (another busy process, a recent
 * flush of the cache), so large batches of neighbours are resampled, not single blocks:
 *
 *     height ─────────────────────────────────────────────────►
 *     ratios │ batch 1 │ batch 2 │ batch 3 │  …  │ batch k │       k draws with repetition, thousands of times;
 *                                                                   99 % of the figures lie in the interval
 *
 * The interval of one run cannot show influences on the whole run (memory layout, temperature). Several runs of each
 * build show them: smaller changes than the largest difference between runs are not reported as changes.
 */

/** A ratio of B to A with its 99 % confidence interval. 1 is no difference. */
export interface Ratio {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

export type Verdict = "slower" | "faster" | "same";

export interface Comparison {
  /** Blocks that all runs connected. */
  readonly blocks: number;
  /** Blocks that some runs connected and others did not. */
  readonly unpaired: number;
  readonly heights: readonly [number, number];
  readonly total: Ratio;
  readonly typical: Ratio;
  /** The largest ratios between two runs of one build, at least 1; null with one run of each. */
  readonly noise: Figures | null;
  readonly verdicts: { readonly total: Verdict; readonly typical: Verdict };
}

/** The ratios of B to A of both figures. */
interface Figures {
  readonly total: number;
  readonly typical: number;
}

/** Neighbouring blocks: the sums of their durations, and the median of their ratios' logarithms. */
interface Batch {
  readonly a: number;
  readonly b: number;
  readonly logRatio: number;
}

/** A block's durations in all runs of each build. */
interface Pair {
  readonly height: number;
  readonly a: readonly number[];
  readonly b: readonly number[];
}

const FEWEST_BLOCKS = 20;
const BATCHES = 50;
const RESAMPLES = 2000;
const CONFIDENCE = 0.99;

/**
 * @param a runs of one build, at least one
 * @param b runs of the other build
 * @throws CorelensError RESULT_INVALID if they have too few blocks in common
 */
export function compare(a: readonly BenchmarkResult[], b: readonly BenchmarkResult[]): Comparison {
  const { pairs, unpaired } = pair(a, b);
  if (pairs.length < FEWEST_BLOCKS) {
    throw new CorelensError(
      "RESULT_INVALID",
      `the runs have ${pairs.length} blocks in common; a comparison needs ${FEWEST_BLOCKS}`,
    );
  }
  const batches = batchesOf(pairs.map((each) => ({ a: median(each.a), b: median(each.b) })));
  const total = resampled(batches, totalOf);
  const typical = resampled(batches, typicalOf);
  const noise = noiseOf(pairs);
  return {
    blocks: pairs.length,
    unpaired,
    heights: [pairs[0]!.height, pairs.at(-1)!.height],
    total,
    typical,
    noise,
    verdicts: {
      total: verdict(total, noise?.total ?? 1),
      typical: verdict(typical, noise?.typical ?? 1),
    },
  };
}

/** The blocks of all runs, in order of height. A run that connected a block twice counts its last time. */
function pair(
  a: readonly BenchmarkResult[],
  b: readonly BenchmarkResult[],
): { readonly pairs: Pair[]; readonly unpaired: number } {
  const [first, ...others] = [...a, ...b].map(
    ({ blocks }) => new Map(blocks.map((block) => [`${block.height} ${block.hash}`, block])),
  );
  const all = new Set([first!, ...others].flatMap((run) => [...run.keys()]));
  const pairs = [...first!].flatMap(([key, { height, duration_ns }]) => {
    const durations = [duration_ns, ...others.map((run) => run.get(key)?.duration_ns ?? 0)];
    // A duration of 0 has no ratio: before v25 it is in whole microseconds.
    if (!durations.every((each) => each > 0)) return [];
    return { height, a: durations.slice(0, a.length), b: durations.slice(a.length) };
  });
  return {
    pairs: pairs.toSorted((x, y) => x.height - y.height),
    unpaired: all.size - pairs.length,
  };
}

/** Batches of nearly equal size. */
function batchesOf(blocks: readonly { readonly a: number; readonly b: number }[]): Batch[] {
  const count = Math.min(blocks.length, BATCHES);
  const bound = (i: number): number => Math.floor((i * blocks.length) / count);
  return Array.from({ length: count }, (_, i) => {
    const batch = blocks.slice(bound(i), bound(i + 1));
    return {
      a: sum(batch.map(({ a }) => a)),
      b: sum(batch.map(({ b }) => b)),
      logRatio: median(batch.map(({ a, b }) => Math.log(b / a))),
    };
  });
}

function totalOf(batches: readonly Batch[]): number {
  let [sumA, sumB] = [0, 0];
  for (const { a, b } of batches) {
    sumA += a;
    sumB += b;
  }
  return sumB / sumA;
}

function typicalOf(batches: readonly Batch[]): number {
  return Math.exp(median(batches.map(({ logRatio }) => logRatio)));
}

/** A figure of the batches, with its interval by resampling. The same batches give the same interval. */
function resampled(
  batches: readonly Batch[],
  figure: (batches: readonly Batch[]) => number,
): Ratio {
  const prng = new Prng(1);
  const figures = Float64Array.from({ length: RESAMPLES }, () =>
    figure(batches.map(() => prng.pick(batches))),
  ).sort();
  return {
    ratio: figure(batches),
    low: quantile(figures, (1 - CONFIDENCE) / 2),
    high: quantile(figures, (1 + CONFIDENCE) / 2),
  };
}

/** The largest ratio between two runs of one build. */
function noiseOf(pairs: readonly Pair[]): Figures | null {
  const between = (["a", "b"] as const).flatMap((side) => {
    const runs = pairs[0]![side].map((_, run) => pairs.map((each) => each[side][run]!));
    return runs.flatMap((one, i) =>
      runs
        .slice(i + 1)
        .map((other) => batchesOf(one.map((duration, at) => ({ a: duration, b: other[at]! })))),
    );
  });
  if (between.length === 0) return null;
  const most = (figure: (batches: readonly Batch[]) => number) =>
    Math.max(...between.map(figure).map((ratio) => Math.max(ratio, 1 / ratio)));
  return { total: most(totalOf), typical: most(typicalOf) };
}

function verdict({ ratio, low, high }: Ratio, noise: number): Verdict {
  if (low > 1 && ratio > noise) return "slower";
  if (high < 1 && 1 / ratio > noise) return "faster";
  return "same";
}
