/**
 * What is to be counted, by whom it was asked for: every text is as it was typed.
 *
 *     corelens count 'net:*_message' --by msg_type --sum size --hist size
 *                     patterns         by           measures    histogram
 */
export interface CountRequest {
  /** Names of tracepoints, in which `*` stands for any text. */
  readonly patterns: readonly string[];
  /** The query that events have to pass to be counted; all do when null. */
  readonly where: string | null;
  /** Names of the fields whose values tell groups apart; `tracepoint` is one, and so are tid, cpu and pid. */
  readonly by: readonly string[];
  /** Types of fields that the contract does not know: `arg0:string`. */
  readonly types: readonly string[];
  readonly measures: readonly MeasureRequest[];
  readonly histogram: HistogramRequest | null;
  /** For how many groups there is room, of each tracepoint; what finds none is counted together. */
  readonly room: number;
  /**
   * Values of what is counted by, all of them texts, that have room before any other: a peer that makes up message
   * types does not take it from the real ones.
   */
  readonly reserved?: readonly (readonly string[])[];
  /** A target without these tracepoints, or without the fields, is no error; nothing of them is counted then. */
  readonly optional?: boolean;
}

/** What is computed of an integer: `size`, `fee / vsize`. */
export interface MeasureRequest {
  readonly text: string;
  readonly sum: boolean;
  /** The least and the greatest. */
  readonly extremes: boolean;
}

export interface HistogramRequest {
  readonly text: string;
  /** In powers of two when null. */
  readonly linear: LinearRequest | null;
}

/** Quantities such as `0`, `100ms`. */
export interface LinearRequest {
  readonly low: string;
  readonly high: string;
  readonly step: string;
}

/** Names to count by, of which some may have a type: `msg_type`, `arg0:string`. */
export function parseBy(texts: readonly string[]): Pick<CountRequest, "by" | "types"> {
  return {
    by: texts.map((text) => text.split(":", 1)[0]!),
    types: texts.filter((text) => text.includes(":")),
  };
}

/** `size:0:1kB:100`, `fee / vsize:0:50:1`: in equal steps; a term alone is in powers of two. */
export function parseHistogram(text: string): HistogramRequest {
  const match = /^(.+):([^:]+):([^:]+):([^:]+)$/.exec(text);
  if (!match) return { text, linear: null };
  const [, term = "", low = "", high = "", step = ""] = match;
  return { text: term, linear: { low, high, step } };
}

/** The name in `by` that stands for the event's tracepoint. */
export const BY_TRACEPOINT = "tracepoint";
export const DEFAULT_ROOM = 8192;
export const MAX_ROOM = 65_536;
