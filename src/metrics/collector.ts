import { decodeRows } from "../counting/group.ts";
import type { Rows } from "../counting/group-map.ts";
import type { NodeState, StatePart } from "../node/state/node-state.ts";
import type { Cost } from "../session/cost-meter.ts";
import type { EventKind, EventSource } from "../session/event-source.ts";
import { isNotice, type Notice, type StreamEvent } from "../session/notice.ts";
import type { Tally } from "../tracer/tally.ts";
import { type Exposed, expositionOf } from "./exposition.ts";
import { Family } from "./family.ts";
import type { Health } from "./health.ts";
import { OTHER } from "./label.ts";
import type { Count, CountedMetric, EventMetric, Metric, Take } from "./metric.ts";
import { type Counted, StreamCounts } from "./stream-counts.ts";
import { ALL_METRICS, COUNTS } from "./table/table.ts";

/** What a collector asks of what it is shown events of. */
export type CollectorSource = Pick<EventSource, "tallies" | "cost" | "kinds">;

/** What the kernel counted, request by request as `COUNTS`. */
export type ReadCounts = () => Promise<readonly (readonly Rows[])[]>;

/** An event metric with the series it has so far. */
interface Seen {
  readonly metric: EventMetric;
  readonly family: Family;
  readonly take: Take;
  isThere: boolean;
}

/**
 * Turns events, what the kernel counted and what the node says of itself into metrics.
 *
 *     events ──► see() ──► families of event metrics ─┐
 *     kernel's maps ──► counts() ─────────────────────┼──► collect() ──► text
 *     node's state ──► hear() ────────────────────────┘
 *
 * What a node lacks the tracepoints for, or was not asked, has no series: nothing is 0 that was not looked at.
 * Counters never go back, for they are kept here and in maps that outlive the node's process.
 */
export class Collector {
  readonly #source: CollectorSource | null;
  readonly #readCounts: ReadCounts | null;
  readonly #version: string;
  readonly #byTracepoint = new Map<string, Seen[]>();
  readonly #seen: readonly Seen[];
  readonly #streamCounts: ReadonlyMap<Count, StreamCounts>;
  #kinds = 0;
  #state: NodeState | null = null;
  #collecting: Promise<string> | null = null;
  #attached = 0;
  #isAttached = false;
  #attachments = 0;
  #ends = 0;
  #troubles = 0;
  #lag: number | null = null;
  #hits = 0;
  #cost: number | null = null;
  #scrapes = 0;
  #scrapeDuration: number | null = null;

  /**
   * @param source null when there is nothing to trace, and only the node's state is told
   * @param version of corelens
   * @param readCounts null when all events are delivered, also those that are counted in the kernel otherwise
   */
  constructor(source: CollectorSource | null, version: string, readCounts: ReadCounts | null) {
    this.#source = source;
    this.#readCounts = readCounts;
    this.#version = version;
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
      if (isNotice(event)) {
        this.#notice(event);
        continue;
      }
      this.#lag = Math.max(this.#lag ?? 0, (now - event.time) / 1000);
      for (const { metric, take } of this.#byTracepoint.get(event.tracepoint) ?? []) {
        metric.see(event, take);
      }
      for (const counts of this.#streamCounts.values()) counts.see(event);
    }
  }

  /** What the node last said of itself. */
  hear(state: NodeState): void {
    this.#state = state;
  }

  /** All metrics in Prometheus' text format. Scrapes that come meanwhile get the same answer. */
  collect(): Promise<string> {
    this.#collecting ??= this.#collect().finally(() => {
      this.#collecting = null;
    });
    return this.#collecting;
  }

  async #collect(): Promise<string> {
    const begin = performance.now();
    this.#scrapes++;
    this.#learn();
    const rows = await this.#readCounts?.();
    const counted = new Map<Count, readonly Counted[]>();
    for (const [i, count] of COUNTS.entries()) {
      const inKernel = rows?.[i]?.map((each) => ({
        tracepoint: each.layout.tracepoint,
        ...decodeRows(each),
      }));
      counted.set(count, inKernel ?? this.#streamCounts.get(count)?.read() ?? []);
    }
    const cost = (await this.#source?.cost()) ?? null;
    const health = this.#health([...counted.values()].flat(), cost);
    const exposed = ALL_METRICS.flatMap((metric) => this.#expose(metric, counted, health));
    const text = await expositionOf(exposed);
    this.#scrapeDuration = (performance.now() - begin) / 1000;
    this.#lag = null;
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

  /** What the source has become able to deliver. */
  #learn(): void {
    const kinds = this.#source?.kinds ?? [];
    for (const kind of kinds.slice(this.#kinds)) this.#learnKind(kind);
    this.#kinds = kinds.length;
  }

  #learnKind(kind: EventKind): void {
    for (const seen of this.#byTracepoint.get(kind.name) ?? []) {
      if (!seen.isThere) seen.family.begin();
      seen.isThere = true;
    }
    for (const counts of this.#streamCounts.values()) counts.add(kind);
  }

  #notice(notice: Notice): void {
    switch (notice.tracepoint) {
      case "corelens:attached":
        this.#isAttached = true;
        this.#attached = notice.tracepoints;
        this.#attachments++;
        break;
      case "corelens:ended":
        this.#isAttached = false;
        this.#ends++;
        break;
      case "corelens:trouble":
        this.#troubles++;
    }
  }

  #health(counted: readonly Counted[], cost: Cost | null): Health {
    const tallies = new Map(this.#source?.tallies() ?? []);
    const inKernel = this.#readCounts ? countedEvents(counted) : new Map();
    this.#charge(hitsOf(tallies, inKernel), cost);
    const { availability = null, read_at = {} } = this.#state ?? {};
    const now = Date.now();
    const { user, system } = process.cpuUsage();
    return {
      version: this.#version,
      attached: this.#isAttached,
      tracepoints: this.#isAttached ? this.#attached : 0,
      attachments: this.#attachments,
      ends: this.#ends,
      troubles: this.#troubles,
      tallies,
      counted: inKernel,
      hitDuration: cost && cost.nanosecondsPerHit / 1e9,
      cost: this.#cost,
      lag: this.#lag,
      scrapeDuration: this.#scrapeDuration,
      scrapes: this.#scrapes,
      availability,
      ages: new Map(
        Object.entries(read_at).map(([part, at]) => [part as StatePart, (now - at) / 1000]),
      ),
      process: {
        cpu: (user + system) / 1e6,
        residentMemory: process.memoryUsage.rss(),
        start: performance.timeOrigin / 1000,
      },
    };
  }

  /** Adds what the hits since the scrape before took, at what one takes now: the sum never goes back. */
  #charge(hits: number, cost: Cost | null): void {
    if (cost) this.#cost = (this.#cost ?? 0) + ((hits - this.#hits) * cost.nanosecondsPerHit) / 1e9;
    this.#hits = hits;
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

/** What was counted as series; what found no room has `other` for what it was counted by. */
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

function countedEvents(counted: readonly Counted[]): Health["counted"] {
  const events = new Map<string, { events: number; overflow: number }>();
  for (const { tracepoint, groups, overflow } of counted) {
    const before = events.get(tracepoint) ?? { events: 0, overflow: 0 };
    const more = overflow?.count ?? 0;
    events.set(tracepoint, {
      events: before.events + groups.reduce((sum, { count }) => sum + count, more),
      overflow: before.overflow + more,
    });
  }
  return events;
}

function hitsOf(tallies: ReadonlyMap<string, Tally>, counted: Health["counted"]): number {
  const delivered = [...tallies.values()].map(({ delivered, lost }) => delivered + lost);
  const inKernel = [...counted.values()].map(({ events }) => events);
  return [...delivered, ...inKernel].reduce((sum, hits) => sum + hits, 0);
}
