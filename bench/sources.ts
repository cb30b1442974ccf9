/**
 * `npm run bench:sources`: what it costs a real node to be watched, by tracepoints and by IPC. The same two blocks,
 * which add 20,000 coins and spend them, are connected again and again on a regtest node:
 *
 *     invalidateblock A ─► A, B disconnected ─► reconsiderblock A ─► A, B connected: this is timed
 *
 * CORELENS_IPC_NODE names a bitcoin-node with tracepoints and the IPC interfaces Node, Chain and Tracing, without a
 * wallet. It needs root. Rounds are interleaved; the figures are medians, and those of the fastest round, which other
 * work disturbed least. They are also written to bench/results/ as JSON.
 *
 *     --rounds N    7 by default
 *     --quick       one round
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { median } from "#src/util/statistics.js";
import { COINS } from "./coin-blocks.ts";
import { CoinNode } from "./coin-node.ts";
import { goalsTable } from "./goals.ts";
import { MACHINE_TEXT, saveResults } from "./machine.ts";
import { COUNTING, NOTHING, STREAMING, WATCHERS, type WatcherKind } from "./sources/watchers.ts";
import { shown, table } from "./table.ts";

interface Measured {
  readonly ms: number[];
  readonly events: number[];
  lost: number;
}

/** Events that arrive later than this after the node's answer are not counted. */
const SETTLE_MS = 400;
/** With fewer events, the difference of two times means nothing. */
const FEW = 1000;

const program = process.env.CORELENS_IPC_NODE;
if (!program) throw new Error("set CORELENS_IPC_NODE to the path of a bitcoin-node");
const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    quick: { type: "boolean", default: false },
  },
});
const rounds = options.quick ? 1 : Number(options.rounds);

console.log(
  `${MACHINE_TEXT}\ntwo blocks that add ${shown(COINS)} coins and spend them; ` +
    `medians of ${rounds} interleaved rounds\n`,
);
const measured = new Map<WatcherKind, Measured>(
  WATCHERS.map((kind) => [kind, { ms: [], events: [], lost: 0 }]),
);
const node = await CoinNode.start(program);
try {
  await node.reconnect(async () => {});
  for (let round = 0; round < rounds; round++) {
    for (const [kind, results] of measured) await measureRound(kind, results);
  }
} finally {
  await node.stop();
}
const alone = measured.get(NOTHING)!.ms;
const rows = [...measured].map(([{ name }, { ms, events, lost }]) => {
  const each = median(events);
  const nsPerEvent = (of: (values: readonly number[]) => number): number | null =>
    each < FEW ? null : ((of(ms) - of(alone)) * 1e6) / each;
  return {
    ...{ name, ms: median(ms), slower: median(ms) / median(alone) - 1, fastest: least(ms) },
    ...{ events: each, ns: nsPerEvent(median), nsFastest: nsPerEvent(least), lost },
  };
});
console.log(
  table(
    ["watched by", "ms", "slower by", "fastest", "events", "ns/event", "fastest", "lost"],
    rows.map(({ name, ms, slower, fastest, events, ns, nsFastest, lost }) => [
      ...[name, whole(ms), `${(slower * 100).toFixed(0)} %`, whole(fastest)],
      ...[whole(events), whole(ns), whole(nsFastest), lost],
    ]),
  ),
);
const ratio = (kind: WatcherKind): number => median(measured.get(kind)!.ms) / median(alone);
const goals = { reconnectStreaming: ratio(STREAMING), reconnectCounting: ratio(COUNTING) };
console.log(`\n${goalsTable(goals)}`);
const all = Object.fromEntries([...measured].map(([{ name }, results]) => [name, results]));
console.log(`\n${saveResults("sources-", { rounds, rows, all, goals })}`);

async function measureRound(kind: WatcherKind, results: Measured): Promise<void> {
  const watcher = await kind.begin(node);
  let before = 0;
  const ms = await node.reconnect(async () => {
    await sleep(SETTLE_MS);
    before = (await watcher?.seen()) ?? 0;
  });
  // Polls would go on; events only arrive.
  if (!kind.isPolling) await sleep(SETTLE_MS);
  results.ms.push(ms);
  results.events.push(((await watcher?.seen()) ?? 0) - before);
  results.lost += watcher?.lost() ?? 0;
  await watcher?.stop();
}

function least(values: readonly number[]): number {
  return Math.min(...values);
}

function whole(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}
