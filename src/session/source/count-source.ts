import type { Counts } from "../../counting/group.ts";
import type { Cost } from "../../event/cost.ts";
import type { Notice } from "../../event/notice.ts";

/** The counts since the start. */
export interface CountSnapshot {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Seconds since the start. */
  readonly seconds: number;
  readonly counts: Counts;
  /** The notices since the previous snapshot. */
  readonly notices: readonly Notice[];
}

/** A source of counts: programs in the kernel, or a recording. */
export interface CountSource {
  /**
   * Periodic snapshots, and a final one once all events are counted. Call it once.
   * @param everyMs milliseconds between snapshots; null yields only the final one
   */
  snapshots(everyMs: number | null): AsyncGenerator<CountSnapshot>;
  /** How often the node passed a tracepoint, if that is not the number of counted events. */
  readonly hits?: number;
  /** The cost of tracing for the node; null if it could not be measured. */
  cost(): Promise<Cost | null>;
  stop(): Promise<void>;
  close(): Promise<void>;
}
