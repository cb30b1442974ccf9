import { decodeRows } from "../counting/group.ts";
import type { Rows } from "../counting/group-map.ts";
import type { EventKind } from "../event/kind.ts";
import { isNotice, type StreamEvent } from "../event/notice.ts";
import type { EventSource } from "../event/source.ts";
import type { NodeState } from "../node/state/node-state.ts";
import { type StateChange, StateProblems } from "../node/state/problems.ts";
import { type Exposed, expositionOf } from "./exposition.ts";
import { Family } from "./family.ts";
import type { Health } from "./health.ts";
import { HealthTracker } from "./health-tracker.ts";
import { OTHER } from "./label.ts";
import type { Count, CountedMetric, EventMetric, Metric, Take } from "./metric.ts";
import { MetricModel } from "./metric-model.ts";
import { type Counted, StreamCounts } from "./stream-counts.ts";
import { ALL_METRICS, COUNTS } from "./table/table.ts";

/** The parts of an event source that a collector needs. */
export type CollectorSource = Pick<EventSource, "tallies" | "cost" | "kinds">;

/** Reads the kernel's counts, one entry for each of `COUNTS`. */
export type ReadCounts = () => Promise<readonly (readonly Rows[])[]>;

/** An event metric with its series so far. */
interface EventSeries {
  readonly metric: EventMetric;
  readonly family: Family;
  readonly take: Take;
  /** Whether the source has one of its tracepoints. */
  isTraced: boolean;
}

/**
 * Turns events, the kernel's counts and the node's state into metrics.
 *
 *     events ──► see() ─┬─► families of event metrics ─┐
 *                       └─► MetricModel ───────────────┤
 *     kernel's maps ──► readCounts() ──────────────────┼──► collect() ──► text
 *     node's state ──► setState() ─────────────────────┘
 *
 * A metric has no series while its tracepoint is missing or the node does not answer: a 0 means that corelens observed
 * none. Counters never decrease: the collector and maps that outlive the node's process hold them.
 */
export class Collector {
  readonly #source: CollectorSource | null;
  readonly #readCounts: ReadCounts | null;
  readonly #stateProblems = new StateProblems();
  readonly #byTracepoint = new Map<string, EventSeries[]>();
  readonly #eventSeries: readonly EventSeries[];
  readonly #streamCounts: ReadonlyMap<Count, StreamCounts>;
  readonly #model = new MetricModel();
  #kinds = 0;
  #state: NodeState | null = null;
  readonly #health: HealthTracker;
  #collecting: Promise<string> | null = null;

  /**
   * @param source null when nothing is traced and only the node's state is exposed
   * @param version of corelens
   * @param readCounts null when the source delivers all events, including those that the kernel can count
   */
  constructor(source: CollectorSource | null, version: string, readCounts: ReadCounts | null) {
    this.#source = source;
    this.#readCounts = readCounts;
    this.#health = new HealthTracker(version);
    this.#eventSeries = ALL_METRICS.filter((metric) => metric.from === "events").map(seriesOf);
    for (const series of this.#eventSeries) {
      for (const name of series.metric.on) {
        this.#byTracepoint.set(name, [...(this.#byTracepoint.get(name) ?? []), series]);
      }
    }
    const streamed = readCounts === null ? COUNTS : [];
    this.#streamCounts = new Map(streamed.map((count) => [count, new StreamCounts(count)]));
  }

  see(events: readonly StreamEvent[], now: number): void {
    this.#addKinds();
    for (const event of events) {
      this.#model.see(event);
      if (isNotice(event)) {
        this.#health.notice(event);
        continue;
      }
      this.#health.see(event, now);
      for (const { metric, take } of this.#byTracepoint.get(event.tracepoint) ?? []) {
        metric.see(event, take);
      }
      for (const counts of this.#streamCounts.values()) counts.see(event);
    }
    this.#model.advance(now);
  }

  /**
   * Replaces the node's state.
   * @returns the new errors, for a log
   */
  setState(state: NodeState): StateChange {
    this.#state = state;
    const change = this.#stateProblems.next(state);
    this.#health.addProblems(change.problems.length);
    return change;
  }

  /** All metrics in Prometheus' text format. Concurrent scrapes share one answer. */
  collect(): Promise<string> {
    this.#collecting ??= this.#collect().finally(() => {
      this.#collecting = null;
    });
    return this.#collecting;
  }

  async #collect(): Promise<string> {
    const begin = performance.now();
    this.#addKinds();
    // The tracing process answers both; concurrent requests take half the time.
    const [rows, cost = null] = await Promise.all([this.#readCounts?.(), this.#source?.cost()]);
    const counted = new Map<Count, readonly Counted[]>();
    for (const [i, count] of COUNTS.entries()) {
      const inKernel = rows?.[i]?.map((each) => ({
        tracepoint: each.layout.tracepoint,
        ...decodeRows(each),
      }));
      counted.set(count, inKernel ?? this.#streamCounts.get(count)?.read() ?? []);
    }
    const health = this.#health.read({
      tallies: this.#source?.tallies() ?? new Map(),
      counted: this.#readCounts ? [...counted.values()].flat() : [],
      cost,
      state: this.#state,
    });
    const exposed = ALL_METRICS.flatMap((metric) => this.#expose(metric, counted, health));
    const text = expositionOf(exposed);
    this.#health.scraped(performance.now() - begin);
    return text;
  }

  #expose(
    metric: Metric,
    counted: ReadonlyMap<Count, readonly Counted[]>,
    health: Health,
  ): Exposed[] {
    if (metric.from === "events") {
      const { family, isTraced } = this.#eventSeries.find((series) => series.metric === metric)!;
      return isTraced ? [{ metric, samples: family.samples() }] : [];
    }
    const family = new Family(metric);
    const take: Take = (value, ...labels) => family.add(value, labels);
    switch (metric.from) {
      case "model":
        if (metric.on.every((name) => this.#source?.kinds.some((kind) => kind.name === name))) {
          family.begin();
          metric.read(this.#model, take);
        }
        break;
      case "counts": {
        const of = counted.get(metric.count) ?? [];
        if (of.length > 0) fill(family, metric, of);
        break;
      }
      case "state":
        if (this.#state?.availability.status === "up" && this.#state[metric.part] !== null) {
          family.begin();
          metric.read(this.#state, take);
        }
        break;
      case "own":
        metric.read(health, take);
    }
    const samples = family.samples();
    return samples.length > 0 ? [{ metric, samples }] : [];
  }

  /** Takes the kinds of events that the source has added since the last call. */
  #addKinds(): void {
    const kinds = this.#source?.kinds ?? [];
    if (kinds.length === this.#kinds) return;
    this.#model.learn(kinds);
    for (const kind of kinds.slice(this.#kinds)) this.#addKind(kind);
    for (const counts of this.#streamCounts.values()) counts.setKinds(kinds);
    this.#kinds = kinds.length;
  }

  #addKind(kind: EventKind): void {
    for (const series of this.#byTracepoint.get(kind.name) ?? []) {
      if (!series.isTraced) series.family.begin();
      series.isTraced = true;
    }
  }
}

function seriesOf(metric: EventMetric): EventSeries {
  const family = new Family(metric);
  const take: Take =
    metric.type === "gauge"
      ? (value, ...labels) => family.set(value, labels)
      : (value, ...labels) => family.add(value, labels);
  return { metric, family, take, isTraced: false };
}

/** Adds counted groups as series. Events without their own group have `other` for every label. */
function fill(family: Family, metric: CountedMetric, counted: readonly Counted[]): void {
  family.begin();
  for (const { tracepoint, groups, overflow, shape } of counted) {
    const names = groups[0]?.key ?? [];
    const rest = overflow ? [{ ...overflow, key: names.map(() => OTHER) }] : [];
    for (const group of [...groups, ...rest]) {
      const { labels, value } = metric.read(group, tracepoint);
      const scale = shape?.histogram?.scale;
      if (metric.type !== "histogram") family.add(value, labels);
      else if (scale) family.addHistogram(group.buckets!, scale, value, labels);
    }
  }
}
