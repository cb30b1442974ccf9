import type { TracepointName } from "../contract/events.ts";
import type { CountRequest } from "../counting/count-request.ts";
import type { Group } from "../counting/group.ts";
import type { RawEvent } from "../event/event.ts";
import type { NodeState, StatePart } from "../node/state/node-state.ts";
import type { Health } from "./health.ts";
import type { Label } from "./label.ts";
import type { MetricModel } from "./metric-model.ts";

/**
 * A metric is an entry in a table: its name, its help and how it is computed. The collector, docs/metrics.md and the
 * tests are derived from the table.
 *
 *     from       computed
 *     events     from each event of a tracepoint, as it comes
 *     model      at a scrape, from what src/model/ made of the events
 *     counts     at a scrape, from programs in the kernel: for the most frequent tracepoints
 *     state      at a scrape, from the node's last answers
 *     own        at a scrape, from the state of tracing
 */
export type Metric = EventMetric | ModelMetric | CountedMetric | StateMetric | OwnMetric;

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
 * Takes a value: counters and histograms add it, gauges become it. A histogram also takes a `Distribution`. Anything
 * else, such as a field that could not be read, is left out.
 * @param labels the value of each label, before it is reduced to one of the label's list
 */
export type Take = (value: unknown, ...labels: readonly unknown[]) => void;

export interface EventMetric extends Described {
  readonly from: "events";
  readonly on: readonly TracepointName[];
  see(event: RawEvent, take: Take): void;
}

export interface ModelMetric extends Described {
  readonly from: "model";
  /** The tracepoints that it needs: without one of them it has no series. */
  readonly on: readonly TracepointName[];
  read(model: MetricModel, take: Take): void;
}

/** What programs in the kernel count, for one or more metrics. */
export type Count = Pick<CountRequest, "by" | "measures" | "histogram"> & {
  readonly tracepoints: readonly TracepointName[];
  /** The last of `by`, where it is expensive to read: it is only read on request. */
  readonly costly?: string;
  /** Keys that always have room, whatever peers send. */
  readonly reserved: readonly (readonly string[])[];
};

export interface CountedMetric extends Described {
  readonly from: "counts";
  readonly count: Count;
  read(group: Group, tracepoint: string): Reading;
}

export interface Reading {
  /** The value of each label; a label with undefined is left out. */
  readonly labels: readonly unknown[];
  /** A counter's value; a histogram's sum. */
  readonly value: number;
}

export interface StateMetric extends Described {
  readonly from: "state";
  /** The part of the node's state that it needs. */
  readonly part: StatePart;
  /** Values of the same labels are added up; null is left out. */
  read(state: NodeState, take: Take): void;
}

export interface OwnMetric extends Described {
  readonly from: "own";
  read(health: Health, take: Take): void;
}
