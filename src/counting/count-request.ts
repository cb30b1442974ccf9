/**
 * A request to count, with all texts as the user typed them.
 *
 *     corelens count 'net:*_message' --by msg_type --sum size --hist size
 *                     patterns         by           measures    histogram
 */
export interface CountRequest {
  /** Names of tracepoints; `*` matches any text. */
  readonly patterns: readonly string[];
  /** Count only events that match this query; all when null. */
  readonly where: string | null;
  /** Names of the fields that make the key of a group; also `tracepoint`, `tid`, `cpu` and `pid`. */
  readonly by: readonly string[];
  /** Types of fields that have none in the contract: `arg0:string`. */
  readonly types: readonly string[];
  readonly measures: readonly MeasureRequest[];
  readonly histogram: HistogramRequest | null;
  /** The maximum number of groups of each tracepoint. Events of all other groups are counted together. */
  readonly room: number;
  /**
   * Keys that always have a group; their values are texts. A peer that invents message types cannot take the room of real
   * types.
   */
  readonly reserved?: readonly (readonly string[])[];
  /** Ignore tracepoints and fields that the target does not have, instead of throwing an error. */
  readonly optional?: boolean;
}

/** The statistics to compute of an integer term: `size`, `fee / vsize`. */
export interface MeasureRequest {
  readonly text: string;
  readonly sum: boolean;
  /** The minimum and the maximum. */
  readonly extremes: boolean;
  /** Median and other quantiles, of streams only: the kernel cannot count them. */
  readonly quantiles?: boolean;
}

export interface HistogramRequest {
  readonly text: string;
  /** Buckets of equal width; null for powers of two or `bounds`. */
  readonly linear: LinearRequest | null;
  /** Where buckets begin, ascending and positive, in the unit of the values. */
  readonly bounds?: readonly number[];
}

/** Quantities such as `0`, `100ms`. */
export interface LinearRequest {
  readonly low: string;
  readonly high: string;
  readonly step: string;
}

/** Parses names to count by, with or without a type: `msg_type`, `arg0:string`. */
export function parseBy(texts: readonly string[]): Pick<CountRequest, "by" | "types"> {
  return {
    by: texts.map((text) => text.split(":", 1)[0]!),
    types: texts.filter((text) => text.includes(":")),
  };
}

/** Parses `size` (powers of two), `size:0:1kB:100` and `fee / vsize:0:50:1` (equal steps: TERM:LOW:HIGH:STEP). */
export function parseHistogram(text: string): HistogramRequest {
  const match = /^(.+):([^:]+):([^:]+):([^:]+)$/.exec(text);
  if (!match) return { text, linear: null };
  const [, term = "", low = "", high = "", step = ""] = match;
  return { text: term, linear: { low, high, step } };
}

/** The name of the event's tracepoint in `by`. */
export const BY_TRACEPOINT = "tracepoint";
export const DEFAULT_ROOM = 8192;
export const MAX_ROOM = 65_536;
