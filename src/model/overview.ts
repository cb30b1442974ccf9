import { sum } from "../util/statistics.ts";
import { joinPeers, networkShares } from "./peers/peer-row.ts";
import type { Moment } from "./sections.ts";

const MAX_BLOCKS = 8;
const MAX_FLUSHES = 5;
const MAX_INCIDENTS = 6;

/** The most important figures of all folds. */
export function overview(moment: Moment) {
  const { peers, blocks, now, report } = moment;
  const { tracepoints, cost } = moment.tracepoints.view();
  const { recent: _, replacements: __, ...mempool } = moment.mempool.view();
  const coins = moment.coins.view();
  const rows = joinPeers(peers.view(now).peers, report?.peers ?? null);
  return {
    traffic: peers.traffic(now),
    chain: chainOf(moment),
    incidents: moment.incidents.recent.slice(0, MAX_INCIDENTS),
    peers: { networks: networkShares(rows), isWhole: report?.peers != null },
    mempool: { ...mempool, report: report?.mempool ?? null },
    blocks: blocks.latest(MAX_BLOCKS),
    coins: { ...coins, flushes: coins.flushes.slice(0, MAX_FLUSHES) },
    events: {
      delivered: moment.tracepoints.delivered,
      lost: moment.tracepoints.lost,
      truncated: sum(tracepoints.map(({ truncated }) => truncated)),
      unreadable: sum(tracepoints.map(({ unreadable }) => unreadable)),
      rate: moment.tracepoints.rate,
      losses: tracepoints.filter(({ lost }) => lost > 0).map(({ name, lost }) => ({ name, lost })),
    },
    cost,
  };
}

/** The node's last report is older than the last event, and events may have been lost: the greater height counts. */
export function heightOf({ blocks, report }: Moment): number | null {
  return greatest(blocks.newest?.height, report?.chain?.height);
}

/** How far the node is: what it reports, otherwise what its events show. */
function chainOf(moment: Moment) {
  const { chain = null } = moment.report ?? {};
  const height = heightOf(moment);
  return {
    height,
    headers: chain?.headers == null ? null : greatest(chain.headers, height),
    progress: chain?.verification_progress ?? null,
    isSyncing: chain?.initial_block_download ?? null,
    name: chain?.chain ?? null,
    rates: moment.blocks.rates,
  };
}

/** Of those that are known. */
function greatest(...numbers: readonly (number | null | undefined)[]): number | null {
  const known = numbers.filter((number) => number != null);
  return known.length === 0 ? null : Math.max(...known);
}
