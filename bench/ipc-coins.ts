/**
 * `npm run bench:ipc-coins -- BITCOIN_NODE [coins]`: what callbacks for coins cost a node that has the interface
 * Tracing. Two blocks that add and spend 20,000 coins are connected again and again, until `coins` callbacks came. Then
 * the node restarts, and the time until corelens is attached again is measured.
 *
 *     --quick   100,000 callbacks instead of a million
 */
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { IpcSource } from "#src/session/source/ipc-source.js";
import { CoinNode } from "./coin-node.ts";
import { shown } from "./table.ts";
import { childrenOf, cpuSeconds, residentOf } from "./usage.ts";

const SETTLE_MS = 200;

const { values: options, positionals } = parseArgs({
  options: { quick: { type: "boolean", default: false } },
  allowPositionals: true,
});
const [program, coins = options.quick ? "100000" : "1000000"] = positionals;
if (program === undefined) throw new Error("name a bitcoin-node with the IPC interface Tracing");

const node = await CoinNode.start(program);
const aloneMs = await node.reconnect(async () => {});
console.log(`blocks connected without callbacks: ${shown(aloneMs)} ms`);

const source = await IpcSource.open(node.socket, { callbacks: ["utxo"] });
const seen = { coins: 0, attached: 0 };
const reading = read();
while (seen.attached < source.kinds.length) await sleep(10);
const guard = guardProcess();
const begin = performance.now();
while (seen.coins < Number(coins)) {
  let before = 0;
  const ms = await node.reconnect(async () => {
    await sleep(SETTLE_MS);
    before = seen.coins;
  });
  await sleep(SETTLE_MS);
  const each = ((ms - aloneMs) * 1000) / (seen.coins - before);
  console.log(
    `${shown(seen.coins)} coins; ${shown(ms)} ms to connect, ${shown(each)} µs a coin; ` +
      `guard ${shown(residentOf(guard).rss)} MB, reader ${shown(residentOf(process.pid).rss)} MB`,
  );
}
const rate = seen.coins / ((performance.now() - begin) / 1000);
const cost = await source.cost();
console.log(
  `${shown(rate)} coins/s; the node waited ${shown((cost?.nanosecondsPerHit ?? Number.NaN) / 1000)} µs for each`,
);
console.log(`CPU time of the guard: ${shown((cpuSeconds(guard) / seen.coins) * 1e6)} µs a coin`);

seen.attached = 0;
await node.restart();
while (!(await isListening(node.socket))) await sleep(1);
const back = performance.now();
while (seen.attached < 1) await sleep(1);
console.log(`attached again ${shown(performance.now() - back)} ms after the node listened again`);
await source.close();
await reading;
await node.stop();

async function read(): Promise<void> {
  for await (const batch of source.batches()) {
    for (const event of batch) {
      if (event.tracepoint.startsWith("ipc:utxo_")) seen.coins++;
      if (event.tracepoint === "corelens:attached") seen.attached = Number(event.tracepoints);
      if (event.tracepoint === "corelens:lost") console.log("events were lost");
    }
  }
}

/** The process that holds the connection to the node. */
function guardProcess(): number {
  const guard = childrenOf(process.pid).find((pid) =>
    readFileSync(`/proc/${pid}/comm`, "utf8").startsWith("ipc-guard"),
  );
  if (guard === undefined) throw new Error("no guard process");
  return guard;
}

function isListening(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socket, () => {
      probe.destroy();
      resolve(true);
    }).on("error", () => resolve(false));
  });
}
