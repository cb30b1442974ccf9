import type { LossCounters } from "../event/loss.ts";
import type { Availability, NodeState, StatePart } from "../node/state/node-state.ts";

/** The state of corelens itself. Durations are in seconds. */
export interface Health {
  readonly version: string;
  /** Whether programs are attached to a running node or to the given binary. */
  readonly attached: boolean;
  /** The number of traced tracepoints; 0 when nothing is attached. */
  readonly tracepoints: number;
  /** How often corelens attached, including to restarted nodes. */
  readonly attachments: number;
  /** How often the node's process ended. */
  readonly ends: number;
  readonly problems: number;
  readonly tallies: ReadonlyMap<string, LossCounters>;
  /** Events that the kernel counted; `overflow` is the number of those without their own group. */
  readonly counted: ReadonlyMap<string, { readonly events: number; readonly overflow: number }>;
  /** The average duration of a program's run, and the total of all runs; null when it is not measured. */
  readonly hitDuration: number | null;
  readonly cost: number | null;
  /** The longest delay between an event and reading it, since the last scrape. */
  readonly lag: number | null;
  /** The duration of the last scrape; null at the first. */
  readonly scrapeDuration: number | null;
  readonly scrapes: number;
  /** Null when RPC is off. */
  readonly availability: Availability | null;
  /** Parts of the node's state that the node refuses. */
  readonly refused: NodeState["refused"];
  /** The age of each part of the node's state. */
  readonly ages: ReadonlyMap<StatePart, number>;
  readonly process: {
    readonly cpu: number;
    readonly residentMemory: number;
    /** UNIX seconds. */
    readonly start: number;
  };
}
