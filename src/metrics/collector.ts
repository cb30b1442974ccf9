import { decodeRows } from "../counting/group.ts";
import type { Rows } from "../counting/group-map.ts";
import type { EventKind } from "../event/kind.ts";
import { isNotice, type StreamEvent } from "../event/notice.ts";
import type { EventSource } from "../event/source.ts";
import type { NodeState } from "../node/state/node-state.ts";
import { type StateChange, StateTroubles } from "../node/state/troubles.ts";
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

/** Reads what the kernel counted, one entry for each of `COUNTS`. */
export type ReadCounts = () => Promise<readonly (readonly Rows[])[]>;

/** An event metric with its series so far. */
interface Seen {
  readonly metric: EventMetric;
  readonly family: Family;
  readonly take: Take;
  isThere: boolean;
}

/**
 * Turns events, counts of the kernel and the node's state into metrics.
 *
 *     events ──► see() ─┬─► families of event metrics ─┐
 *                       └─► MetricModel ───────────────┤
 *     kernel's maps ──► readCounts() ──────────────────┼──► collect() ──► text
 *     node's state ──► hear() ─────────────────────────┘
 *
 * A metric without its tracepoint, or without an answer of the node, has no series: only what was observed can be 0.
 * Counters never go back: they are kept here and in maps that outlive the node's process.
 */
export class Collector {
  readonly #source: CollectorSource | null;
  readonly #readCounts: ReadCounts | null;
  readonly #stateTroubles = new StateTroubles();
  readonly #byTracepoint = new Map<string, Seen[]>();
  readonly #seen: readonly Seen[];
  readonly #streamCounts: ReadonlyMap<Count, StreamCounts>;
  readonly #model = new MetricModel();
  #kinds = 0;
  #state: NodeState | null = null;
  readonly #health: HealthTracker;
  #collecting: Promise<string> | null = null;

  /**
   * @param source null when nothing is traced and only the node's state is exposed
   * @param version of corelens
   * @param readCounts null when all events are delivered, also those that the kernel counts otherwise
   */
  constructor(source: CollectorSource | null, version: string, readCounts: ReadCounts | null) {
    this.#source = source;
    this.#readCounts = readCounts;
    this.#health = new HealthTracker(version);
    this.#seen = ALL_METRICS.filter((metric) => metric.from === "events").map(seenOf);
    for (const seen of this.#seen) {
      for (const name of seen.metric.on) {
        this.#byTracepoint.set(name, [...(this.#byTracepoint.get(name) ?? []), seen]);
      }
    }
    const streamed = readCounts === null ? COUNTS : [];
    this.#streamCounts = new Map(streamed.map((count) => [count, new StreamCounts(count)]));
  }

  see(events: readonly StreamEvent[], now: number): void {
    this.#learn();
    for (const event of events) {
      this.#model.see(event);
      if (isNotice(event)) {
        this.#health.notice(event);
        continue;
      }
      this.#health.read(event, now);
      for (const { metric, take } of this.#byTracepoint.get(event.tracepoint) ?? []) {
        metric.see(event, take);
      }
      for (const counts of this.#streamCounts.values()) counts.see(event);
    }
  }

  /**
   * Takes the node's current state.
   * @returns the errors that are new, for a log
   */
  hear(state: NodeState): StateChange {
    this.#state = state;
    const change = this.#stateTroubles.next(state);
    this.#health.trouble(change.troubles.length);
    return change;
  }

  /** All metrics in Prometheus' text format. Scrapes at the same time share one answer. */
  collect(): Promise<string> {
    this.#collecting ??= this.#collect().finally(() => {
      this.#collecting = null;
    });
    return this.#collecting;
  }

  async #collect(): Promise<string> {
    const begin = performance.now();
    this.#learn();
    // The other process answers both; at once they take half the time.
    const [rows, cost = null] = await Promise.all([this.#readCounts?.(), this.#source?.cost()]);
    const counted = new Map<Count, readonly Counted[]>();
    for (const [i, count] of COUNTS.entries()) {
      const inKernel = rows?.[i]?.map((each) => ({
        tracepoint: each.layout.tracepoint,
        ...decodeRows(each),
      }));
      counted.set(count, inKernel ?? this.#streamCounts.get(count)?.read() ?? []);
    }
    const health = this.#health.tell({
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
      const { family, isThere } = this.#seen.find((seen) => seen.metric === metric)!;
      return isThere ? [{ metric, samples: family.samples() }] : [];
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

  /** Takes the kinds of events that the source has since the last call. */
  #learn(): void {
    const kinds = this.#source?.kinds ?? [];
    if (kinds.length === this.#kinds) return;
    for (const kind of kinds.slice(this.#kinds)) this.#learnKind(kind);
    for (const counts of this.#streamCounts.values()) counts.learn(kinds);
    this.#kinds = kinds.length;
  }

  #learnKind(kind: EventKind): void {
    for (const seen of this.#byTracepoint.get(kind.name) ?? []) {
      if (!seen.isThere) seen.family.begin();
      seen.isThere = true;
    }
  }
}

function seenOf(metric: EventMetric): Seen {
  const family = new Family(metric);
  const take: Take =
    metric.type === "gauge"
      ? (value, ...labels) => family.set(value, labels)
      : (value, ...labels) => family.add(value, labels);
  return { metric, family, take, isThere: false };
}

/** Adds counted groups as series. Events without a group of their own have `other` for every label. */
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
