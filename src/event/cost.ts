/**
 * The cost of tracing for the node, measured by the kernel: the time that its threads spend in corelens's programs. It
 * excludes the breakpoint before each run (about half a microsecond).
 */
export interface Cost {
  /** Average time of one run, in nanoseconds. */
  readonly nanosecondsPerHit: number;
  /** The number of measured runs. */
  readonly runs: number;
}
