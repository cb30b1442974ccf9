/**
 * What tracing costs the node, measured by the kernel: the time its threads spend in our programs. The
 * breakpoint that leads there (about half a microsecond a hit) is not in it.
 */
export interface Cost {
  /** Average time of one run, in nanoseconds. */
  readonly nanosecondsPerHit: number;
  /** Runs it was measured over. */
  readonly runs: number;
}
