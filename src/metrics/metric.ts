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
 *     events     from each event of a tracepoint, when it arrives
 *     model      at a scrape, from the folds in src/model/
 *     counts     at a scrape, from the kernel's counts of the most frequent tracepoints
 *     state      at a scrape, from the node's last RPC answers
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
  /** For a gauge that counts: unseen combinations of label values are 0. Counters always begin at 0. */
  readonly zeros?: boolean;
}

/**
 * Takes a value: counters and histograms add it, gauges are set to it. A histogram also takes a `Distribution`.
 * Other values, such as an unreadable field, are omitted.
 * @param labels the observed value of each label, before `reduce`
 */
export type Take = (value: unknown, ...labels: readonly unknown[]) => void;

export interface EventMetric extends Described {
  readonly from: "events";
  readonly on: readonly TracepointName[];
  see(event: RawEvent, take: Take): void;
}

export interface ModelMetric extends Described {
  readonly from: "model";
  /** The tracepoints that the metric needs: if one is missing, it has no series. */
  readonly on: readonly TracepointName[];
  read(model: MetricModel, take: Take): void;
}

/** A count by programs in the kernel, for one or more metrics. */
export type Count = Pick<CountRequest, "by" | "measures" | "histogram"> & {
  readonly tracepoints: readonly TracepointName[];
  /** The last field of `by` if it is expensive to read: it is read only on request. */
  readonly costly?: string;
  /** Keys that always have their own group, regardless of what peers send. */
  readonly reserved: readonly (readonly string[])[];
};

export interface CountedMetric extends Described {
  readonly from: "counts";
  readonly count: Count;
  read(group: Group, tracepoint: string): Reading;
}

export interface Reading {
  /** The value of each label; undefined omits the label. */
  readonly labels: readonly unknown[];
  /** A counter's value; a histogram's sum. */
  readonly value: number;
}

export interface StateMetric extends Described {
  readonly from: "state";
  /** The part of the node's state that the metric needs. */
  readonly part: StatePart;
  /** Takes values with the same labels as a sum; omits null. */
  read(state: NodeState, take: Take): void;
}

export interface OwnMetric extends Described {
  readonly from: "own";
  read(health: Health, take: Take): void;
}
