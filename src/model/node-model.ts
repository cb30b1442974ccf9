import type { Problem } from "../errors.ts";
import type { Cost } from "../event/cost.ts";
import type { RawEvent } from "../event/event.ts";
import type { EventKind } from "../event/kind.ts";
import type { LossCounters } from "../event/loss.ts";
import { isNotice, type StreamEvent } from "../event/notice.ts";
import { sum } from "../util/statistics.ts";
import { Blocks, type BlocksView } from "./blocks/blocks.ts";
import { ChainWatch } from "./chain/chain-watch.ts";
import { COIN_TRACEPOINTS } from "./coins/changes.ts";
import { Coins } from "./coins/coins.ts";
import { headlineOf, healthOf } from "./health/health.ts";
import type { HealthFinding, Vitals } from "./health/vitals.ts";
import { type Excerpt, History, type Scale } from "./history.ts";
import { MEMPOOL_TRACEPOINTS } from "./mempool/flow.ts";
import { Mempool } from "./mempool/mempool.ts";
import type { NodeReport } from "./node-report.ts";
import type { HistoryEntry } from "./peers/message-history.ts";
import type { Movement } from "./peers/peer.ts";
import { joinPeers, networkShares, type PeerRow } from "./peers/peer-row.ts";
import { Peers, type PeersView } from "./peers/peers.ts";
import { Stream, type StreamView } from "./stream.ts";
import { Tracepoints } from "./tracepoints.ts";
import { ATTEMPT_TRACEPOINTS } from "./wallet/attempts.ts";
import { Wallet } from "./wallet/wallet.ts";

/*
 * The picture of a node that its events draw: a fold over the stream, in bounded memory whatever peers send.
 *
 *     events ──► NodeModel ─┬─ Traffic ─┐
 *                         ├─ Peers    ├─► History: charts
 *                         ├─ Mempool  │
 *                         ├─ …       ─┘
 *                         └─► view(section): what a page shows, as plain JSON
 *
 * The same events give the same picture, be they live or replayed: time is the events' own, and `advance`.
 */

/** What every page shows. */
export interface Status {
  /** Of the picture, in ms since the epoch. */
  readonly now: number;
  readonly stream: StreamView;
  /** Why nothing can be traced; null when it can. */
  readonly obstacle: Problem | null;
  readonly headline: Pick<HealthFinding, "status" | "message">;
  readonly health: readonly HealthFinding[];
  readonly height: number | null;
  readonly eventRate: number;
}

/** What each page shows beside the status. */
export interface Sections {
  readonly overview: ReturnType<NodeModel["overview"]>;
  readonly peers: PeersView & { readonly reports: NodeReport["peers"] };
  readonly blocks: BlocksView;
  readonly mempool: ReturnType<Mempool["view"]> & { readonly says: NodeReport["mempool"] };
  readonly coins: ReturnType<Coins["view"]>;
  readonly wallet: ReturnType<Wallet["view"]> & { readonly traced: boolean };
  readonly tracepoints: ReturnType<Tracepoints["view"]>;
  readonly network: { readonly peers: readonly NetworkPeer[] };
}

export type Section = keyof Sections;

/** Columns of the history that a page's charts are drawn from, by the beginning of their names. */
const CHARTS: Readonly<Record<Section, readonly string[]>> = {
  overview: ["messages.", "mempool.", "feerate.", "coins.", "events.all"],
  peers: [],
  network: [],
  blocks: ["blocks."],
  mempool: ["mempool.", "removal.", "feerate."],
  coins: ["coins."],
  wallet: ["wallet."],
  tracepoints: ["events."],
};

export const SECTIONS = Object.keys(CHARTS) as readonly Section[];

/** As much of a peer as its place among the others needs. */
export interface NetworkPeer {
  readonly id: number;
  readonly address: string;
  readonly connectionType: string;
  readonly network: string | null;
  readonly closed: boolean;
}

type Handler = (event: RawEvent) => void;

export class NodeModel {
  readonly #history: History;
  readonly #stream: Stream;
  readonly #peers: Peers;
  readonly #mempool: Mempool;
  readonly #chainWatch = new ChainWatch();
  readonly #blocks: Blocks;
  readonly #coins: Coins;
  readonly #wallet: Wallet;
  readonly #tracepoints: Tracepoints;
  readonly #handlers: ReadonlyMap<string, Handler>;
  readonly #obstacle: Problem | null;
  #says: NodeReport | null = null;
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
    this.#stream = new Stream(now);
    this.#peers = new Peers({ history: this.#history });
    this.#mempool = new Mempool(this.#history);
    this.#blocks = new Blocks(this.#history, this.#chainWatch);
    this.#coins = new Coins(this.#history);
    this.#wallet = new Wallet(this.#history);
    this.#tracepoints = new Tracepoints(this.#history);
    this.#handlers = this.#route();
  }

  /** To be called with all kinds of the source, whenever there may be more. */
  learn(kinds: readonly EventKind[]): void {
    this.#tracepoints.learn(kinds);
    this.#peers.learn(kinds);
  }

  see(event: StreamEvent): void {
    // A second that is over is put away before the first event of the next.
    if (event.time >= this.#nextSecond) this.advance(event.time);
    this.#chainWatch.see(event);
    this.#peers.see(event);
    if (isNotice(event)) {
      this.#stream.notice(event);
      if (event.tracepoint === "corelens:settings") this.#tracepoints.switchOff(event.off);
      return;
    }
    this.#stream.flows(event.time, event.pid);
    this.#tracepoints.hit(event.tracepoint);
    this.#blocks.see(event);
    this.#handlers.get(event.tracepoint)?.(event);
  }

  /** Lets time pass when nothing happens. */
  advance(now: number): void {
    if (now <= this.#now) return;
    this.#now = now;
    this.#nextSecond = (Math.floor(now / 1000) + 1) * 1000;
    this.#history.advance(now);
    this.#peers.advance(now);
  }

  measure(tallies: ReadonlyMap<string, LossCounters>, cost: Cost | null): void {
    this.#tracepoints.measure(tallies, cost);
  }

  /** What the node answered when it was last asked. */
  hear(says: NodeReport): void {
    this.#says = says;
  }

  get now(): number {
    return this.#now;
  }

  status(): Status {
    const stream = this.#stream.view();
    const block = this.#blocks.newest;
    const tracepoints = this.#tracepoints;
    const vitals: Vitals = {
      now: this.#now,
      stream,
      obstacle: this.#obstacle,
      peers: this.#peers.connected(),
      has: (context) => tracepoints.has(context),
      lastBlock: block && {
        time: block.connection!.time,
        height: block.height,
        duration_ns: block.connection!.duration_ns,
      },
      reorganisation: this.#chainWatch.recent[0] ?? null,
      eventRate: tracepoints.rate,
      blockRate: this.#blocks.rates.blocks,
      mempool: this.#mempool.flow.trend,
      off: tracepoints.off,
      delivered: tracepoints.delivered,
      lost: tracepoints.lost,
      flawed: tracepoints.flawed,
      cost: tracepoints.cost,
      flushMs: this.#coins.flushes.recent[0]?.duration ?? null,
      says: this.#says,
    };
    const health = healthOf(vitals);
    return {
      now: this.#now,
      stream,
      obstacle: this.#obstacle,
      headline: headlineOf(health, vitals),
      health,
      height: this.#height(),
      eventRate: tracepoints.rate,
    };
  }

  /** What a page shows. */
  view<Name extends Section>(section: Name): Sections[Name];
  view(section: Section): Sections[Section] {
    switch (section) {
      case "overview":
        return this.overview();
      case "peers":
        return { ...this.#peers.view(this.#now), reports: this.#says?.peers ?? null };
      case "blocks":
        return this.#blocks.view();
      case "mempool":
        return { ...this.#mempool.view(), says: this.#says?.mempool ?? null };
      case "coins":
        return this.#coins.view();
      case "wallet":
        return { ...this.#wallet.view(), traced: this.#tracepoints.has("coin_selection") };
      case "tracepoints":
        return this.#tracepoints.view();
      case "network":
        return { peers: this.#joined().map(networkPeer) };
    }
  }

  /** Messages since this was last asked, by peer and type. */
  takeMovements(): Movement[] {
    return this.#peers.takeMovements();
  }

  /** The last messages of a peer and changes of its connection, oldest first. */
  historyOf(peer: number): readonly HistoryEntry[] {
    return this.#peers.historyOf(peer);
  }

  /** What a page's charts are drawn from, from bucket `from` on, and the one that is not complete yet. */
  excerpt(section: Section, scale: Scale, from: number): Excerpt {
    return this.#history.excerpt(scale, from, CHARTS[section]);
  }

  /** How many seconds are over, since the epoch: charts change with each. */
  get second(): number {
    return this.#history.second;
  }

  /** The number of the first bucket that is not complete yet. */
  head(scale: Scale): number {
    return this.#history.head(scale);
  }

  /** @internal a part of `view` */
  overview() {
    const { tracepoints, cost } = this.#tracepoints.view();
    const { recent: _, replacements: __, ...mempool } = this.#mempool.view();
    const coins = this.#coins.view();
    return {
      traffic: this.#peers.traffic(this.#now),
      chain: this.#chain(),
      peers: { networks: networkShares(this.#joined()), isWhole: this.#says?.peers != null },
      mempool,
      mempoolReport: this.#says?.mempool ?? null,
      blocks: this.#blocks.latest(8),
      coins: { ...coins, flushes: coins.flushes.slice(0, 5) },
      events: {
        delivered: this.#tracepoints.delivered,
        lost: this.#tracepoints.lost,
        truncated: sum(tracepoints.map(({ truncated }) => truncated)),
        unreadable: sum(tracepoints.map(({ unreadable }) => unreadable)),
        rate: this.#tracepoints.rate,
        losses: tracepoints
          .filter(({ lost }) => lost > 0)
          .map(({ name, lost }) => ({ name, lost })),
      },
      cost,
    };
  }

  #joined(): readonly PeerRow[] {
    return joinPeers(this.#peers.view(this.#now).peers, this.#says?.peers ?? null);
  }

  /** What the node said when it was last asked is older than the last event; events may have been lost. */
  #height(): number | null {
    return greatest(this.#blocks.newest?.height, this.#says?.chain?.height);
  }

  /** How far the node is: what it says when it is asked, else what its events tell. */
  #chain() {
    const { chain = null } = this.#says ?? {};
    const height = this.#height();
    return {
      height,
      headers: chain?.headers == null ? null : greatest(chain.headers, height),
      progress: chain?.verification_progress ?? null,
      isSyncing: chain?.initial_block_download ?? null,
      name: chain?.chain ?? null,
      rates: this.#blocks.rates,
    };
  }

  #route(): Map<string, Handler> {
    const mempool = this.#mempool;
    const coins = this.#coins;
    const wallet = this.#wallet;
    return new Map<string, Handler>([
      ...MEMPOOL_TRACEPOINTS.map(
        (name) => [name, (event: RawEvent) => mempool.take(event)] as const,
      ),
      ...[...COIN_TRACEPOINTS, "utxocache:flush"].map(
        (name) => [name, (event: RawEvent) => coins.take(event)] as const,
      ),
      ...ATTEMPT_TRACEPOINTS.map(
        (name) => [name, (event: RawEvent) => wallet.take(event)] as const,
      ),
    ]);
  }
}

function networkPeer({ id, address, connectionType, network, closed }: PeerRow): NetworkPeer {
  return { id, address, connectionType, network, closed: closed !== null };
}

/** Of those that are known. */
function greatest(...numbers: readonly (number | null | undefined)[]): number | null {
  const known = numbers.filter((number) => number != null);
  return known.length === 0 ? null : Math.max(...known);
}
