/**
 * `npm run bench:sources`: what it costs a real node to be watched, by tracepoints and by IPC. The same two blocks,
 * with 20,000 coins added and 20,000 spent, are connected again and again on a regtest node of its own:
 *
 *     invalidateblock A ─► A, B disconnected ─► reconsiderblock A ─► A, B connected: this is timed
 *
 * CORELENS_IPC_NODE names a bitcoin-node with tracepoints and with the IPC interfaces Node, Chain and Tracing,
 * without a wallet. It needs root. Rounds are interleaved; figures are medians, and those of the quickest round, which
 * was disturbed least. They also go to bench/results/ as JSON.
 *
 *     --rounds N    7 when left out
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, release } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { IpcConnection } from "../dist/node/ipc/ipc-connection.js";
import { attach } from "../dist/session/attach/attach.js";
import { count } from "../dist/session/attach/count.js";
import { IpcSource } from "../dist/session/source/ipc-source.js";
import { MergedSource } from "../dist/session/source/merged/merged-source.js";
import { COINS, CoinNode } from "./coin-node.js";
import { median } from "./statistics.js";
import { shown, table } from "./table.js";

/**
 * What watches the node: how it begins, and what then tells how much it saw and ends it.
 *
 * @typedef {{ seen(): Promise<number>, lost(): number, stop(): Promise<void> }} Watcher
 * @typedef {{ name: string, begin(node: CoinNode): Promise<Watcher | null> }} Way
 */

const program = process.env.CORELENS_IPC_NODE;
if (!program) throw new Error("CORELENS_IPC_NODE names no bitcoin-node");
const { values } = parseArgs({ options: { rounds: { type: "string", default: "7" } } });
const rounds = Number(values.rounds);

/** What comes later than this after the node answered is not counted. */
const SETTLE_MS = 400;

/** @type {readonly Way[]} */
const WAYS = [
  { name: "nothing", begin: async () => null },
  {
    name: "tracepoint of blocks, streaming",
    begin: async ({ pid }) => reading(attach({ target: pid, tracepoints: ["validation:*"] })),
  },
  {
    name: "all tracepoints, streaming",
    begin: async ({ pid }) => reading(attach({ target: pid })),
  },
  {
    name: "tracepoints of coins, counting",
    begin: async ({ pid }) => counting(count({ target: pid, tracepoints: ["utxocache:*"] })),
  },
  { name: "IPC, waiting for the tip", begin: ({ socket }) => callingBack(socket, []) },
  { name: "IPC, polling without a pause", begin: ({ socket }) => polling(socket) },
  { name: "IPC callbacks of the chain", begin: ({ socket }) => callingBack(socket, ["chain"]) },
  { name: "IPC callbacks for coins", begin: ({ socket }) => callingBack(socket, ["utxo"]) },
  {
    name: "all tracepoints and IPC callbacks of the chain, merged",
    begin: async ({ pid, socket }) => {
      const ipc = await IpcSource.open(socket, { callbacks: ["chain"] });
      return reading(new MergedSource(attach({ target: pid }), ipc), 10);
    },
  },
];

/**
 * @param {string} socket
 * @param {string[]} callbacks
 */
async function callingBack(socket, callbacks) {
  const source = await IpcSource.open(socket, { callbacks });
  return reading(source, source.kinds.length);
}

/**
 * @param {import("../dist/event/source.js").EventSource} source
 * @param {number} kinds of events that the last notice of its beginning has to tell of
 * @returns {Promise<Watcher>}
 */
async function reading(source, kinds = 1) {
  let attached = 0;
  const run = async () => {
    for await (const batch of source.batches()) {
      for (const event of batch) {
        if (event.tracepoint === "corelens:attached") attached = Number(event.tracepoints);
      }
    }
  };
  const running = run();
  const tallies = () => [...source.tallies().values()];
  while (attached < kinds) await sleep(5);
  return {
    seen: async () => tallies().reduce((sum, { delivered }) => sum + delivered, 0),
    lost: () => tallies().reduce((sum, { lost }) => sum + lost, 0),
    stop: async () => {
      await source.stop();
      await running;
      await source.close();
    },
  };
}

/**
 * @param {import("../dist/session/attach/count-session.js").CountSession} session
 * @returns {Promise<Watcher>}
 */
async function counting(session) {
  return {
    seen: async () => (await session.counts()).groups.reduce((sum, { count }) => sum + count, 0),
    lost: () => 0,
    stop: async () => {
      await session.stop();
      await session.close();
    },
  };
}

/**
 * @param {string} socket
 * @returns {Promise<Watcher>}
 */
async function polling(socket) {
  const ipc = await IpcConnection.open(socket);
  let polls = 0;
  let isOver = false;
  const poll = async () => {
    for (; !isOver; polls++) await ipc.node.getMempoolSize();
  };
  const running = poll();
  return {
    seen: async () => polls,
    lost: () => 0,
    stop: async () => {
      isOver = true;
      await running;
      ipc.close();
    },
  };
}

const machine = {
  kernel: release(),
  cpu: cpus()[0].model.trim(),
  cores: cpus().length,
  node: process.version,
};
console.log(
  `${machine.cpu}, ${machine.cores} cores, Linux ${machine.kernel}, Node ${machine.node}\n` +
    `two blocks with ${shown(COINS)} coins added and as many spent; medians of ${rounds} interleaved rounds\n`,
);
const node = await CoinNode.start(program);
/** @type {Map<string, { ms: number[], events: number[], lost: number }>} */
const measured = new Map(WAYS.map(({ name }) => [name, { ms: [], events: [], lost: 0 }]));
try {
  await node.reconnect(async () => {});
  for (let round = 0; round < rounds; round++) {
    for (const { name, begin } of WAYS) {
      const watcher = await begin(node);
      const result = measured.get(name);
      let before = 0;
      const ms = await node.reconnect(async () => {
        await sleep(SETTLE_MS);
        before = (await watcher?.seen()) ?? 0;
      });
      // Polls go on after the blocks are connected; events only arrive.
      if (!name.includes("polling")) await sleep(SETTLE_MS);
      result.ms.push(ms);
      result.events.push(((await watcher?.seen()) ?? 0) - before);
      result.lost += watcher?.lost() ?? 0;
      await watcher?.stop();
    }
  }
} finally {
  await node.stop();
}
/** Of a few events, the difference of two times says nothing. */
const FEW = 1000;
const nothing = measured.get("nothing").ms;
const rows = [...measured].map(([name, { ms, events, lost }]) => {
  const each = median(events);
  const nsPerEvent = (of) => (each < FEW ? null : ((of(ms) - of(nothing)) * 1e6) / each);
  const least = (values) => Math.min(...values);
  return {
    ...{ name, ms: median(ms), slower: median(ms) / median(nothing) - 1, quickest: least(ms) },
    ...{ events: each, ns: nsPerEvent(median), nsQuickest: nsPerEvent(least), lost },
  };
});
const whole = (value) => (value === null ? null : Math.round(value));
console.log(
  table(
    ["watched by", "ms", "slower by", "quickest", "events", "ns/event", "quickest", "lost"],
    rows.map(({ name, ms, slower, quickest, events, ns, nsQuickest, lost }) => [
      ...[name, whole(ms), `${(slower * 100).toFixed(0)} %`, whole(quickest)],
      ...[whole(events), whole(ns), whole(nsQuickest), lost],
    ]),
  ),
);
const folder = fileURLToPath(new URL("results/", import.meta.url));
mkdirSync(folder, { recursive: true });
const date = new Date().toISOString();
const file = `${folder}sources-${date.replaceAll(":", "-")}.json`;
const all = Object.fromEntries(measured);
writeFileSync(file, `${JSON.stringify({ date, machine, rounds, rows, all }, null, 2)}\n`);
console.log(`\n${file}`);
