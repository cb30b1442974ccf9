import type { Problem } from "../errors.ts";
import { Blocks } from "./blocks/blocks.ts";
import { Causes } from "./causes/causes.ts";
import { ChainWatch } from "./chain/chain-watch.ts";
import { Coins } from "./coins/coins.ts";
import type { Fold } from "./fold.ts";
import { History } from "./history.ts";
import { Incidents } from "./incidents/incidents.ts";
import { Mempool } from "./mempool/mempool.ts";
import type { NodeReport } from "./node-report.ts";
import { overview } from "./overview.ts";
import { listedPeer } from "./peers/listed-peer.ts";
import { joinPeers, networkPeer } from "./peers/peer-row.ts";
import { Peers } from "./peers/peers.ts";
import { Stream } from "./stream.ts";
import { Tracepoints } from "./tracepoints.ts";
import { Wallet } from "./wallet/wallet.ts";

/** Creates the folds of a model, in the order in which each gets an event. @param now ms since the epoch */
export function createFolds(now: number, history = new History(now)) {
  const causes = new Causes();
  const peers = new Peers({ history, causes });
  const incidents = new Incidents((id) => peers.find(id)?.address);
  const chain = new ChainWatch(incidents.reorganised);
  return {
    chain,
    causes,
    peers,
    incidents,
    stream: new Stream(now),
    tracepoints: new Tracepoints(history),
    blocks: new Blocks(history, chain, causes),
    mempool: new Mempool(history, causes),
    coins: new Coins(history),
    wallet: new Wallet(history),
  } satisfies Readonly<Record<string, Fold>>;
}

export type Folds = ReturnType<typeof createFolds>;

/** The folds at a time, from which views are made. */
export interface Moment extends Folds {
  /** In ms since the epoch. */
  readonly now: number;
  /** What the node last reported; null when it was not asked. */
  readonly report: NodeReport | null;
  /** Why history is only in memory, although it should be kept; null when all is well. */
  readonly notKept: Problem | null;
  /** Why the last hours are not recorded, although they should be; null when all is well. */
  readonly notRecorded: Problem | null;
}

interface SectionEntry {
  /** The columns of the history that the charts show, by the beginnings of their names. */
  readonly charts: readonly string[];
  /** What the page shows beside the status, as plain JSON. */
  readonly view: (moment: Moment) => object;
}

/** What pages show: each section is a view of folds. */
const TABLE = {
  overview: {
    charts: ["messages.", "mempool.", "feerate.", "coins.", "events.all"],
    view: overview,
  },
  peers: {
    charts: [],
    view: ({ peers, now, report }) => {
      const view = peers.view(now);
      return { ...view, peers: view.peers.map(listedPeer), reports: report?.peers ?? null };
    },
  },
  network: {
    charts: [],
    view: ({ peers, now, report }) => ({
      peers: joinPeers(peers.view(now).peers, report?.peers ?? null).map(networkPeer),
    }),
  },
  incidents: {
    charts: [],
    view: ({ incidents }) => ({ incidents: incidents.recent, totals: incidents.totals }),
  },
  blocks: { charts: ["blocks."], view: ({ blocks }) => blocks.view() },
  mempool: {
    charts: ["mempool.", "removal.", "feerate."],
    view: ({ mempool, report }) => ({ ...mempool.view(), report: report?.mempool ?? null }),
  },
  coins: { charts: ["coins."], view: ({ coins }) => coins.view() },
  wallet: {
    charts: ["wallet."],
    view: ({ wallet, tracepoints }) => ({
      ...wallet.view(),
      traced: tracepoints.has("coin_selection"),
    }),
  },
  tracepoints: { charts: ["events."], view: ({ tracepoints }) => tracepoints.view() },
} satisfies Readonly<Record<string, SectionEntry>>;

export type Section = keyof typeof TABLE;

/** What each page shows beside the status. */
export type Sections = { readonly [Name in Section]: ReturnType<(typeof TABLE)[Name]["view"]> };

export const SECTIONS = Object.keys(TABLE) as readonly Section[];

export function chartsOf(section: Section): readonly string[] {
  return TABLE[section].charts;
}

export function viewOf<Name extends Section>(section: Name, moment: Moment): Sections[Name] {
  return (TABLE[section] as SectionEntry).view(moment) as Sections[Name];
}
