import type { LossCounters } from "../event/loss.ts";
import type { Availability, NodeState, StatePart } from "../node/state/node-state.ts";

/** How corelens itself does. Durations in seconds. */
export interface Health {
  readonly version: string;
  /** Whether programs are attached to a node that runs, or to a binary that was named. */
  readonly attached: boolean;
  /** How many tracepoints are traced; 0 when nothing is attached. */
  readonly tracepoints: number;
  /** How often tracing began or went on with a restarted node. */
  readonly attachments: number;
  /** How often the node's process ended. */
  readonly ends: number;
  readonly troubles: number;
  readonly tallies: ReadonlyMap<string, LossCounters>;
  /** Events that were counted in the kernel, and those of them that found no room for their group. */
  readonly counted: ReadonlyMap<string, { readonly events: number; readonly overflow: number }>;
  /** Average time of a program's run, and what all runs took the node together; null when it was not measured. */
  readonly hitDuration: number | null;
  readonly cost: number | null;
  /** From an event to the moment it was read: the longest since the scrape before. */
  readonly lag: number | null;
  /** What the scrape before took; null at the first. */
  readonly scrapeDuration: number | null;
  readonly scrapes: number;
  /** Null when the node is not asked. */
  readonly availability: Availability | null;
  /** Parts of the node's state that it refuses. */
  readonly refused: NodeState["refused"];
  /** Since each part of the node's state was read. */
  readonly ages: ReadonlyMap<StatePart, number>;
  readonly process: {
    readonly cpu: number;
    readonly residentMemory: number;
    /** UNIX seconds. */
    readonly start: number;
  };
}
