import { bar } from "../../text/bar.ts";
import { durationText } from "../../text/format.ts";

/** Blocks with durations of at least `from` and less than `to`, in ns. */
export interface Bucket {
  readonly from: number;
  readonly to: number;
  readonly blocks: number;
  /** The sum of their durations: a few slow blocks can take more than all others. */
  readonly time: number;
}

const SMALLEST = 1000;
const STEPS = [1, 2, 5, 10] as const;
const BAR_WIDTH = 30;

/** Buckets of 1, 2, 5, 10, … us, from the first that is not empty to the last. */
export function histogram(durations: readonly number[]): Bucket[] {
  const sums = new Map<number, { blocks: number; time: number }>();
  let [first, last] = [Number.POSITIVE_INFINITY, 0];
  for (const duration of durations) {
    const from = lowerBound(duration);
    const sum = sums.get(from) ?? { blocks: 0, time: 0 };
    sums.set(from, sum);
    sum.blocks++;
    sum.time += duration;
    first = Math.min(first, from);
    last = Math.max(last, from);
  }
  const buckets: Bucket[] = [];
  for (let from = first; from <= last; from = upperBound(from)) {
    buckets.push({ from, to: upperBound(from), ...(sums.get(from) ?? { blocks: 0, time: 0 }) });
  }
  return buckets;
}

/**
 *     50 us - 100 us  16838  ██████████████████████████████   41 % of the time
 */
export function histogramLines(buckets: readonly Bucket[]): string[] {
  const most = Math.max(...buckets.map(({ blocks }) => blocks));
  const time = buckets.reduce((sum, bucket) => sum + bucket.time, 0) || 1;
  const rows = buckets.map((bucket) => ({
    range: `${boundText(bucket.from)} - ${boundText(bucket.to)}`,
    count: String(bucket.blocks),
    bar: bar(bucket.blocks / most, BAR_WIDTH).padEnd(BAR_WIDTH),
    share: `${percent(bucket.time / time)} of the time`,
  }));
  const range = Math.max(...rows.map((row) => row.range.length));
  const count = Math.max(...rows.map((row) => row.count.length));
  return rows.map(
    (row) => `${row.range.padStart(range)}  ${row.count.padStart(count)}  ${row.bar}  ${row.share}`,
  );
}

/** 1, 2 or 5 times a power of ten; 0 below the smallest. */
function lowerBound(duration: number): number {
  if (duration < SMALLEST) return 0;
  const decade = decadeOf(duration);
  return decade * STEPS.findLast((step) => duration >= step * decade)!;
}

function upperBound(from: number): number {
  if (from === 0) return SMALLEST;
  const decade = decadeOf(from);
  return decade * STEPS.find((step) => step * decade > from)!;
}

/** The power of ten, by its digits: a logarithm can be inexact for round numbers. */
function decadeOf(duration: number): number {
  return 10 ** (String(Math.floor(duration)).length - 1);
}

/** Without zeros after the decimal point. */
function boundText(ns: number): string {
  return ns === 0 ? "0" : durationText(ns).replace(/\.0+ /, " ");
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.0995 ? 1 : 0).padStart(4)} %`;
}
