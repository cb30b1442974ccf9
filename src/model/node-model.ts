import type { Problem } from "../errors.ts";
import type { Cost } from "../event/cost.ts";
import type { EventKind } from "../event/kind.ts";
import type { LossCounters } from "../event/loss.ts";
import type { StreamEvent } from "../event/notice.ts";
import type { Fold } from "./fold.ts";
import { type Excerpt, History, type KeptBucket, type Scale } from "./history.ts";
import type { KeptLists } from "./kept/kept-lists.ts";
import type { NodeReport } from "./node-report.ts";
import type { HistoryEntry } from "./peers/message-history.ts";
import type { Movement, PeerDetails } from "./peers/peer.ts";
import {
  chartsOf,
  createFolds,
  type Folds,
  type Moment,
  type Section,
  type Sections,
  viewOf,
} from "./sections.ts";
import { type Status, statusOf } from "./status.ts";

/**
 * What the events of a node amount to, in bounded memory whatever peers send.
 *
 *     events ──► folds (chain, peers, mempool, …) ──► view(section): what a page shows, as plain JSON
 *                  └──► History ──► excerpt(section): what its charts show
 *
 * The same events give the same model, live or replayed: time comes from the events, and from `advance`. Folds and
 * views are in the tables of sections.ts.
 */
export class NodeModel {
  readonly #history: History;
  readonly #folds: Folds;
  readonly #all: readonly Fold[];
  /** The folds of each tracepoint that some fold names. */
  readonly #byTracepoint: ReadonlyMap<string, readonly Fold[]>;
  /** The folds of all other events. */
  readonly #general: readonly Fold[];
  readonly #obstacle: Problem | null;
  #report: NodeReport | null = null;
  #notKept: Problem | null = null;
  #notRecorded: Problem | null = null;
  #now: number;
  #nextSecond = 0;

  /**
   * @param now when it begins, in ms since the epoch
   * @param obstacle why there will be no events; null when there will be
   */
  constructor(now: number, obstacle: Problem | null = null) {
    this.#now = now;
    this.#obstacle = obstacle;
    this.#history = new History(now);
    this.#folds = createFolds(now, this.#history);
    this.#all = Object.values(this.#folds);
    this.#general = foldsOf(this.#all, null);
    const named = new Set(this.#all.flatMap(({ tracepoints }) => tracepoints ?? []));
    this.#byTracepoint = new Map([...named].map((name) => [name, foldsOf(this.#all, name)]));
  }

  /** Call with all kinds of the source, whenever there may be new ones. */
  learn(kinds: readonly EventKind[]): void {
    for (const fold of this.#all) fold.learn?.(kinds);
  }

  see(event: StreamEvent): void {
    // A complete second enters the history before the first event of the next.
    if (event.time >= this.#nextSecond) this.advance(event.time);
    const folds = this.#byTracepoint.get(event.tracepoint) ?? this.#general;
    for (const fold of folds) fold.see(event);
  }

  /** Lets time pass when nothing happens. */
  advance(now: number): void {
    if (now <= this.#now) return;
    this.#now = now;
    this.#nextSecond = (Math.floor(now / 1000) + 1) * 1000;
    this.#history.advance(now);
    for (const fold of this.#all) fold.advance?.(now);
  }

  measure(tallies: ReadonlyMap<string, LossCounters>, cost: Cost | null): void {
    this.#folds.tracepoints.measure(tallies, cost);
  }

  /** Takes what the node reported when it was last asked. */
  hear(report: NodeReport): void {
    this.#report = report;
  }

  /** @param notRecorded why the last hours are not recorded, although they should be; null when all is well */
  setNotRecorded(notRecorded: Problem | null): void {
    this.#notRecorded = notRecorded;
  }

  /** @param notKept why history is only in memory, although it should be kept; null when all is well */
  setNotKept(notKept: Problem | null): void {
    this.#notKept = notKept;
  }

  /** Takes over what an earlier process kept for the charts. */
  restoreCharts(scale: Scale, buckets: Iterable<KeptBucket>): void {
    this.#history.restore(scale, buckets);
  }

  /** Takes over what an earlier process kept for the lists, each newest first. */
  restoreLists({ blocks, reorganisations, flushes, incidents }: KeptLists): void {
    this.#folds.blocks.restore(blocks);
    this.#folds.chain.restore(reorganisations);
    this.#folds.coins.flushes.restore(flushes);
    this.#folds.incidents.restore(incidents);
  }

  get now(): number {
    return this.#now;
  }

  status(): Status {
    return statusOf(this.moment, this.#obstacle);
  }

  /** What a page shows. */
  view<Name extends Section>(section: Name): Sections[Name] {
    return viewOf(section, this.moment);
  }

  /** Messages since this was last asked, by peer and type. */
  takeMovements(): Movement[] {
    return this.#folds.peers.takeMovements();
  }

  /** The last messages of a peer and changes of its connection, oldest first. */
  historyOf(peer: number): readonly HistoryEntry[] {
    return this.#folds.peers.historyOf(peer);
  }

  /** What is shown of one peer only; null for an unknown one. */
  detailsOf(peer: number): PeerDetails | null {
    return this.#folds.peers.detailsOf(peer);
  }

  /** What a page's charts show: the complete buckets from number `from` on, and the one that is not complete yet. */
  excerpt(section: Section, scale: Scale, from: number): Excerpt {
    return this.#history.excerpt(scale, from, chartsOf(section));
  }

  /** The sums of every column by second: the complete seconds from number `from` on. */
  seconds(from: number): Excerpt {
    return this.#history.excerpt("5m", from, [""]);
  }

  /** Number of complete seconds since the epoch: charts change with each. */
  get second(): number {
    return this.#history.second;
  }

  /** The number of the first bucket that is not complete yet. */
  head(scale: Scale): number {
    return this.#history.head(scale);
  }

  /** The folds now. */
  get moment(): Moment {
    return {
      ...this.#folds,
      now: this.#now,
      report: this.#report,
      notKept: this.#notKept,
      notRecorded: this.#notRecorded,
    };
  }
}

/** @param tracepoint null for one that no fold names */
function foldsOf(folds: readonly Fold[], tracepoint: string | null): Fold[] {
  return folds.filter(
    ({ tracepoints }) =>
      tracepoints === undefined || (tracepoint !== null && tracepoints.includes(tracepoint)),
  );
}
