import type { Cost } from "../event/cost.ts";
import type { RawEvent } from "../event/event.ts";
import type { LossCounters } from "../event/loss.ts";
import type { Notice } from "../event/notice.ts";
import type { NodeState, StatePart } from "../node/state/node-state.ts";
import type { Health } from "./health.ts";
import type { Counted } from "./stream-counts.ts";

/** The state of tracing at a scrape. */
interface TracingState {
  readonly tallies: ReadonlyMap<string, LossCounters>;
  /** The kernel's counts. */
  readonly counted: readonly Counted[];
  readonly cost: Cost | null;
  readonly state: NodeState | null;
}

/** Counts attachments, errors, lag and cost of tracing. */
export class HealthTracker {
  readonly #version: string;
  #isAttached = false;
  #tracepoints = 0;
  #attachments = 0;
  #ends = 0;
  #problems = 0;
  #lag: number | null = null;
  #hits = 0;
  #cost: number | null = null;
  #scrapes = 0;
  #scrapeDuration: number | null = null;

  constructor(version: string) {
    this.#version = version;
  }

  notice(notice: Notice): void {
    switch (notice.tracepoint) {
      case "corelens:attached":
        this.#isAttached = true;
        this.#tracepoints = notice.tracepoints;
        this.#attachments++;
        break;
      case "corelens:ended":
        this.#isAttached = false;
        this.#ends++;
        break;
      case "corelens:error":
        this.addProblems(1);
    }
  }

  /** @param count the number of errors, in addition to those in the stream */
  addProblems(count: number): void {
    this.#problems += count;
  }

  /** @param now the time of reading the event, in milliseconds since the epoch */
  see({ time }: RawEvent, now: number): void {
    this.#lag = Math.max(this.#lag ?? 0, (now - time) / 1000);
  }

  /** @param ms the duration of the scrape */
  scraped(ms: number): void {
    this.#scrapeDuration = ms / 1000;
    this.#lag = null;
  }

  read({ tallies, counted, cost, state }: TracingState): Health {
    const inKernel = eventsOf(counted);
    this.#scrapes++;
    this.#charge(hitsOf(tallies, inKernel), cost);
    const { availability = null, read_at = {}, refused = {} } = state ?? {};
    const now = Date.now();
    const { user, system } = process.cpuUsage();
    return {
      version: this.#version,
      attached: this.#isAttached,
      tracepoints: this.#isAttached ? this.#tracepoints : 0,
      attachments: this.#attachments,
      ends: this.#ends,
      problems: this.#problems,
      tallies,
      counted: inKernel,
      hitDuration: cost && cost.nanosecondsPerHit / 1e9,
      cost: this.#cost,
      lag: this.#lag,
      scrapeDuration: this.#scrapeDuration,
      scrapes: this.#scrapes,
      availability,
      refused,
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

  /** Adds the cost of the hits since the last scrape, at the current average per hit: the sum never decreases. */
  #charge(hits: number, cost: Cost | null): void {
    const more = Math.max(0, hits - this.#hits);
    if (cost) this.#cost = (this.#cost ?? 0) + (more * cost.nanosecondsPerHit) / 1e9;
    this.#hits = hits;
  }
}

/** Sums by tracepoint: one tracepoint can have several layouts, because releases differ. */
function eventsOf(counted: readonly Counted[]): Health["counted"] {
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

function hitsOf(tallies: ReadonlyMap<string, LossCounters>, counted: Health["counted"]): number {
  const delivered = [...tallies.values()].map(({ delivered, lost }) => delivered + lost);
  const inKernel = [...counted.values()].map(({ events }) => events);
  return [...delivered, ...inKernel].reduce((sum, hits) => sum + hits, 0);
}
