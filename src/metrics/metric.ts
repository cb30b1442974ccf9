import type { TracepointName } from "../contract/events.ts";
import type { CountRequest } from "../counting/count-request.ts";
import type { Group } from "../counting/group.ts";
import type { RawEvent } from "../event/event.ts";
import type { ChainTotals } from "../model/chain/chain-watch.ts";
import type { NodeState, StatePart } from "../node/state/node-state.ts";
import type { Health } from "./health.ts";
import type { Label } from "./label.ts";

/**
 * A metric is an entry in a table: what it is called and what it says, and how it is computed. What is collected,
 * docs/metrics.md and the tests are all derived from the table.
 *
 *     from       computed
 *     events     from each event of a tracepoint, as it comes
 *     chain      at a scrape, from the reorganisations that events told of
 *     counts     at a scrape, from what programs in the kernel counted: for tracepoints of the highest rates
 *     state      at a scrape, from what the node last said of itself
 *     own        at a scrape, from how tracing goes
 */
export type Metric = EventMetric | ChainMetric | CountedMetric | StateMetric | OwnMetric;

interface Described {
  /** By Prometheus' conventions: base units, `_total` for counters. */
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labels: readonly Label[];
  /** Upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[];
  /** Of a gauge that counts things: combinations of labels that are not seen are 0. Counters always begin so. */
  readonly zeros?: boolean;
}

/**
 * Takes a value in: counters and histograms add it, gauges become it. What is no number (it could not be read) is
 * left out.
 * @param labels what was seen for each label
 */
export type Take = (value: unknown, ...labels: readonly unknown[]) => void;

export interface EventMetric extends Described {
  readonly from: "events";
  readonly on: readonly TracepointName[];
  see(event: RawEvent, take: Take): void;
}

export interface ChainMetric extends Described {
  readonly from: "chain";
  /** What has to be traced. */
  readonly on: readonly TracepointName[];
  read(totals: ChainTotals, take: Take): void;
}

/** Something that is counted in the kernel, for one or more metrics. */
export type Count = Pick<CountRequest, "by" | "measures" | "histogram"> & {
  readonly tracepoints: readonly TracepointName[];
  /** The last of `by`, where reading it costs so much that it is only done when asked for. */
  readonly costly?: string;
  /** Keys for which there is room whatever peers send. */
  readonly reserved: readonly (readonly string[])[];
};

export interface CountedMetric extends Described {
  readonly from: "counts";
  readonly count: Count;
  /** What a group of events amounts to. */
  read(group: Group, tracepoint: string): Reading;
}

export interface Reading {
  /** What was seen for each label; a label is left out where that is undefined. */
  readonly labels: readonly unknown[];
  /** A counter's value; a histogram's sum. */
  readonly value: number;
}

export interface StateMetric extends Described {
  readonly from: "state";
  /** What has to be asked. */
  readonly part: StatePart;
  /** Values of the same labels are added up; null is left out. */
  read(state: NodeState, take: Take): void;
}

export interface OwnMetric extends Described {
  readonly from: "own";
  read(health: Health, take: Take): void;
}
