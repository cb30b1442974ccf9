/** How long the commands take from their start until people see something. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { truncateSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { run } from "./command.js";
import { median, sum } from "./statistics.js";
import { SHAPES, Target } from "./target.js";
import { memoryOf, processTree } from "./usage.js";

const COMMAND = fileURLToPath(new URL("../bin/corelens", import.meta.url));
const LARGE_BYTES = 50 << 20;
const ROUNDS = 7;

/**
 * `corelens list` of a large binary.
 * @param {{ path: string, directory: string, bitcoind: string | undefined }} options
 */
export async function measureList({ path, directory, bitcoind }) {
  const binary = bitcoind ?? (await enlarged(path, directory));
  const times = [];
  const nodeTimes = [];
  for (let round = 0; round < ROUNDS; round++) {
    nodeTimes.push(await timed([process.execPath, "-e", "0"]));
    times.push(await timed([process.execPath, COMMAND, "list", binary]));
  }
  return { binary: bitcoind ?? "50 MB", listMs: median(times), nodeMs: median(nodeTimes) };
}

/**
 * A copy of the binary with a section that makes it large.
 * @param {string} path
 * @param {string} directory
 */
async function enlarged(path, directory) {
  const large = join(directory, "large");
  const padding = join(directory, "padding");
  await run("truncate", ["--size", String(LARGE_BYTES), padding]);
  await run("objcopy", ["--add-section", `.padding=${padding}`, path, large]);
  truncateSync(padding);
  return large;
}

/** @param {readonly string[]} command */
async function timed([program, ...args]) {
  const begin = performance.now();
  await run(program, args);
  return performance.now() - begin;
}

/**
 * `corelens trace` of a program that passes its tracepoint a thousand times a second.
 * @param {string} path
 */
export async function measureTrace(path) {
  const [shape] = SHAPES;
  const target = new Target(path);
  const hits = setInterval(() => target.hit(shape, 1), 1);
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await traceOnce(path, shape.probe));
  clearInterval(hits);
  target.close();
  /** @param {(round: (typeof rounds)[number]) => number} figure */
  const middle = (figure) => median(rounds.map(figure));
  return {
    firstEventMs: middle(({ firstEventMs }) => firstEventMs),
    memory: middle(({ memory }) => memory),
    buffers: middle(({ buffers }) => buffers),
  };
}

/**
 * @param {string} path
 * @param {string} probe
 */
async function traceOnce(path, probe) {
  const begin = performance.now();
  const args = [COMMAND, "trace", probe, "--target", path, "--json"];
  const command = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(command, "exit");
  for await (const line of createInterface({ input: command.stdout })) {
    if (JSON.parse(line).tracepoint === probe) break;
  }
  const firstEventMs = performance.now() - begin;
  command.stdout.resume();
  await sleep(1000);
  const uses = processTree(command.pid).map(memoryOf);
  for (const pid of processTree(command.pid)) process.kill(pid, "SIGINT");
  await ended;
  return {
    firstEventMs,
    memory: sum(uses.map(({ memory }) => memory)),
    buffers: sum(uses.map(({ buffers }) => buffers)),
  };
}
