import type { RecognisedTracepoint } from "../../contract/recognise.ts";
import type { CorelensError } from "../../errors.ts";
import type { TracedTracepoint } from "../../tracer/attachment.ts";

/** A plan for events of the target: deliver them, or count them. */
export interface TracePlan {
  /** Names of tracepoints; `*` matches any text. Empty means all of a node. */
  readonly patterns: readonly string[];
  /**
   * Rejects a plan that the available tracepoints do not support.
   * @throws CorelensError TRACEPOINT_UNKNOWN, FIELD_UNKNOWN, QUERY_TYPE, USAGE
   */
  check(available: readonly RecognisedTracepoint[]): void;
  /** Why the plan cannot use some of its tracepoints: they pass unexpected arguments. */
  layoutProblems(available: readonly RecognisedTracepoint[]): readonly CorelensError[];
  /** What to attach to a file that has these tracepoints. */
  prepare(available: readonly RecognisedTracepoint[]): TracedTracepoint[];
}
