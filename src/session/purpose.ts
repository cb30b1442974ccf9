import type { RecognisedTracepoint } from "../contract/recognise.ts";
import type { TracedTracepoint } from "../tracer/attachment.ts";

/** What is done with events of the target: they are delivered, or counted. */
export interface Purpose {
  /** Names of tracepoints, in which `*` stands for any text; all of a node when empty. */
  readonly patterns: readonly string[];
  /**
   * Refuses what cannot be done with the tracepoints that there are.
   * @throws CorelensError TRACEPOINT_UNKNOWN, FIELD_UNKNOWN, QUERY_TYPE, USAGE
   */
  check(available: readonly RecognisedTracepoint[]): void;
  /** What is to be attached to a file that has these tracepoints. */
  prepare(available: readonly RecognisedTracepoint[]): TracedTracepoint[];
}
