import type { RecognisedTracepoint } from "../../contract/recognise.ts";
import type { CorelensError } from "../../errors.ts";
import type { TracedTracepoint } from "../../tracer/attachment.ts";

/** What is done with events of the target: they are delivered, or counted. */
export interface TracePlan {
  /** Names of tracepoints, in which `*` stands for any text; all of a node when empty. */
  readonly patterns: readonly string[];
  /**
   * Refuses what cannot be done with the tracepoints that there are.
   * @throws CorelensError TRACEPOINT_UNKNOWN, FIELD_UNKNOWN, QUERY_TYPE, USAGE
   */
  check(available: readonly RecognisedTracepoint[]): void;
  /** Why it cannot use some of the tracepoints that it asks for: they pass other arguments than it knows. */
  notUnderstood(available: readonly RecognisedTracepoint[]): readonly CorelensError[];
  /** What is to be attached to a file that has these tracepoints. */
  prepare(available: readonly RecognisedTracepoint[]): TracedTracepoint[];
}
