import type { CountColumn, Statistic } from "../../counting/columns.ts";
import type { KeyValue } from "../../counting/group.ts";
import type { Scale } from "../../counting/histogram.ts";
import type { EventChoice } from "./events.ts";

export { STATISTICS, type Statistic } from "../../counting/columns.ts";
export { rangeOf } from "../../counting/histogram.ts";

/** A count, with the options of `corelens count` (docs/counting.md). Every text is as the user typed it. */
export interface CountCommand extends EventChoice, Readonly<Record<Statistic, readonly string[]>> {
  readonly by: readonly string[];
  /** `size` in powers of two, `size:0:1kB:100` in equal steps. */
  readonly histogram: string | null;
}

/** The state of a count, largest groups first. */
export interface CountPart {
  readonly by: readonly string[];
  readonly columns: readonly (Omit<CountColumn, "measure"> & { readonly unit: string | null })[];
  readonly histogram: HistogramPart | null;
  readonly groups: readonly GroupPart[];
  /** Number of groups that are not in `groups`. */
  readonly rest: number;
  /** Events of all groups beyond the maximum number of groups. */
  readonly overflow: GroupPart | null;
  /** Time since the count began. */
  readonly seconds: number;
  readonly counted: number;
  /** Events per second since the last part. */
  readonly rate: number;
  /** Events that were not tested because too many came at once. */
  readonly untested: number;
  /** Events that were lost because the ring buffer was full. */
  readonly lost: number;
  /** Parts of the query that the kernel cannot test: `corelens count` can run it on a recording only. */
  readonly inReader: readonly string[];
}

export interface HistogramPart {
  readonly of: string;
  readonly unit: string | null;
  readonly scale: Scale;
}

export interface GroupPart {
  readonly key: readonly KeyValue[];
  /** Names of the fields whose value is cut. */
  readonly truncated: readonly string[];
  readonly count: number;
  /** Events per second since the last part. */
  readonly rate: number;
  /** One for each column: an integer beyond 2^53 as text, null when no event had a value. */
  readonly values: readonly (number | string | null)[];
  /** Buckets that are not empty; null without a histogram, or when there are too many buckets. */
  readonly buckets: readonly (readonly [bucket: number, count: number])[] | null;
}
