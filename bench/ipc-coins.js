/**
 * What callbacks for coins cost: a block with 20,000 outputs is connected again and again on a regtest node of its own,
 * until so many callbacks came. Then: how long it takes until corelens is attached again after the node restarts.
 *
 *     node bench/ipc-coins.js BITCOIN_NODE [coins]     (one with the interface Tracing, bitcoin-cli beside it)
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { IpcSource } from "../dist/session/source/ipc-source.js";

const OUTPUTS = 20_000;
const ANYONE = "51";
const [program, wanted = "1000000"] = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), "corelens-bench-"));
const port = 20_000 + Math.floor(Math.random() * 30_000);
const socket = join(directory, "regtest", "node.sock");
let node = await start();

const base = hashesOf(1);
hashesOf(100);
const block = connectMany(base[0]);
const alone = measure(block);
console.log(`a block with ${OUTPUTS} coins, nobody attached: ${alone.toFixed(0)} ms`);

const source = await IpcSource.open(socket, ["utxo"]);
const counted = { coins: 0, attached: 0 };
const reading = read();
while (counted.attached < 4) await sleep(10);
const begin = performance.now();
while (counted.coins < Number(wanted)) {
  const before = counted.coins;
  const took = measure(block);
  await sleep(200);
  const coins = counted.coins - before;
  const each = ((took - alone) * 1000) / coins;
  console.log(
    `${counted.coins} coins; ${took.toFixed(0)} ms a block, ${each.toFixed(0)} us a coin; guard ${memory(guardOf())}, reader ${memory(process.pid)}`,
  );
}
const rate = counted.coins / ((performance.now() - begin) / 1000);
const cost = await source.cost();
console.log(
  `${rate.toFixed(0)} coins/s, the node waited ${(cost.nanosecondsPerHit / 1000).toFixed(0)} us for each`,
);

const cpu = processorTime(guardOf()) / counted.coins;
console.log(`the guard's CPU time is ${(cpu * 1e6).toFixed(0)} us for each`);

await stop();
counted.attached = 0;
const ready = start(false);
while (!(await listens())) await sleep(1);
const back = performance.now();
while (counted.attached < 1) await sleep(1);
console.log(`attached again ${(performance.now() - back).toFixed(0)} ms after the node was back`);
node = await ready;
await source.close();
await reading;
await stop();
rmSync(directory, { recursive: true });

async function read() {
  for await (const batch of source.batches()) {
    for (const { tracepoint, tracepoints } of batch) {
      if (tracepoint.startsWith("ipc:utxo_")) counted.coins++;
      if (tracepoint === "corelens:attached") counted.attached = tracepoints;
      if (tracepoint === "corelens:lost") console.log("LOST");
    }
  }
}

/** Milliseconds that disconnecting and connecting the block took. */
function measure(hash) {
  const begin = performance.now();
  cli("invalidateblock", hash);
  cli("reconsiderblock", hash);
  return performance.now() - begin;
}

/** A block that makes many coins of the first coinbase. */
function connectMany(first) {
  const [coinbase] = JSON.parse(cli("getblock", first)).tx;
  const value = Buffer.alloc(8);
  value.writeBigInt64LE(100_000n);
  const output = Buffer.concat([value, Buffer.from([1, 0x51])]);
  const count = Buffer.from([0xfd, OUTPUTS & 0xff, OUTPUTS >> 8]);
  const input = Buffer.concat([
    Buffer.from(coinbase, "hex").reverse(),
    Buffer.alloc(5),
    Buffer.alloc(4, 0xff),
  ]);
  const parts = [Buffer.from("0200000001", "hex"), input, count];
  const raw = Buffer.concat([...parts, ...Array(OUTPUTS).fill(output), Buffer.alloc(4)]);
  return JSON.parse(
    cliInput(["-stdin", "generateblock"], `raw(${ANYONE})\n["${raw.toString("hex")}"]\n`),
  ).hash;
}

function hashesOf(blocks) {
  return JSON.parse(cli("generatetodescriptor", String(blocks), `raw(${ANYONE})`));
}

async function start(wait = true) {
  const options = [
    "-regtest",
    `-datadir=${directory}`,
    `-bind=127.0.0.1:${port}`,
    `-rpcport=${port + 7}`,
  ];
  const more = [
    "-listenonion=0",
    "-dnsseed=0",
    "-printtoconsole=0",
    "-ipcbind=unix",
    "-disablewallet",
  ];
  const started = spawn(program, [...options, ...more], { stdio: "ignore" });
  while (wait) {
    try {
      cli("getblockcount");
      break;
    } catch {
      await sleep(50);
    }
  }
  return started;
}

async function stop() {
  const ended = once(node, "exit");
  cli("stop");
  await ended;
}

function cli(...args) {
  return cliInput(args, "");
}

function cliInput(args, input) {
  const options = ["-regtest", `-datadir=${directory}`, `-rpcport=${port + 7}`];
  const stdio = ["pipe", "pipe", "ignore"];
  return execFileSync(join(dirname(program), "bitcoin-cli"), [...options, ...args], {
    input,
    stdio,
    encoding: "utf8",
  });
}

function guardOf() {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8")
    .trim()
    .split(" ");
  return children.find((pid) => readFileSync(`/proc/${pid}/comm`, "utf8").startsWith("ipc-guard"));
}

function listens() {
  return new Promise((resolve) => {
    const probe = connect(socket, () => {
      probe.destroy();
      resolve(true);
    }).on("error", () => resolve(false));
  });
}

/** In seconds. */
function processorTime(pid) {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, "utf8")
    .split(") ")[1]
    .split(" ")
    .slice(11, 13);
  return (Number(user) + Number(system)) / 100;
}

function memory(pid) {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return `${Math.round(Number(kilobytes) / 1024)} MB`;
}
