import type { Counts } from "../../counting/group.ts";
import type { Cost } from "../../event/cost.ts";
import type { Notice } from "../../event/notice.ts";

/** What was counted from the beginning until now. */
export interface CountSnapshot {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Since the beginning. */
  readonly seconds: number;
  readonly counts: Counts;
  /** What happened to the stream since the snapshot before. */
  readonly notices: readonly Notice[];
}

/** Where counts come from: programs in the kernel, or a recording. */
export interface CountSource {
  /**
   * Snapshots from time to time, and the last when all is counted. To be called once.
   * @param everyMs milliseconds from one to the next; only the last when null
   */
  snapshots(everyMs: number | null): AsyncGenerator<CountSnapshot>;
  /** What tracing costs the node; null when it could not be measured. */
  cost(): Promise<Cost | null>;
  stop(): Promise<void>;
  close(): Promise<void>;
}
