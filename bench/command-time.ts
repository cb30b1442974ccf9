import { spawn } from "node:child_process";
import { once } from "node:events";
import { truncateSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { median, sum } from "#src/util/statistics.js";
import { inRepository } from "../scripts/repository.ts";
import { run } from "./command.ts";
import { COIN_SHAPE, Target } from "./target.ts";
import { type Memory, memoryOf, processTree } from "./usage.ts";

/* How long the commands take from their start until they show something. */

const COMMAND = inRepository("bin/corelens");
const LARGE_BYTES = 50 << 20;
const ROUNDS = 7;

interface ListOptions {
  /** The benchmark's target. */
  readonly path: string;
  readonly directory: string;
  /** The binary to list; a copy of the target, made as large as one, when undefined. */
  readonly bitcoind: string | undefined;
}

export interface ListTime {
  readonly binary: string;
  readonly listMs: number;
  /** The part that starting Node.js takes. */
  readonly nodeMs: number;
}

/** Measures `corelens list` of a large binary. */
export async function measureList({ path, directory, bitcoind }: ListOptions): Promise<ListTime> {
  const binary = bitcoind ?? (await enlarged(path, directory));
  const times = [];
  const nodeTimes = [];
  for (let round = 0; round < ROUNDS; round++) {
    nodeTimes.push(await timed(["-e", "0"]));
    times.push(await timed([COMMAND, "list", binary]));
  }
  return { binary: bitcoind ?? "50 MB", listMs: median(times), nodeMs: median(nodeTimes) };
}

/** A copy of the binary with a section that makes it large. */
async function enlarged(path: string, directory: string): Promise<string> {
  const large = join(directory, "large");
  const padding = join(directory, "padding");
  await run("truncate", ["--size", String(LARGE_BYTES), padding]);
  await run("objcopy", ["--add-section", `.padding=${padding}`, path, large]);
  truncateSync(padding);
  return large;
}

/** Milliseconds that Node.js takes to run. */
async function timed(args: readonly string[]): Promise<number> {
  const begin = performance.now();
  await run(process.execPath, args);
  return performance.now() - begin;
}

export interface TraceTime extends Readonly<Memory> {
  readonly firstEventMs: number;
}

/** Measures `corelens trace` of a program that passes its tracepoint a thousand times a second. */
export async function measureTrace(path: string): Promise<TraceTime> {
  const target = new Target(path);
  const hits = setInterval(() => target.hit(COIN_SHAPE, 1), 1);
  const rounds: TraceTime[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push(await traceOnce(path, COIN_SHAPE.probe));
  }
  clearInterval(hits);
  target.close();
  return {
    firstEventMs: median(rounds.map(({ firstEventMs }) => firstEventMs)),
    memory: median(rounds.map(({ memory }) => memory)),
    buffers: median(rounds.map(({ buffers }) => buffers)),
  };
}

async function traceOnce(path: string, probe: string): Promise<TraceTime> {
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
  const processes = processTree(command.pid!);
  const uses = processes.map(memoryOf);
  for (const pid of processes) process.kill(pid, "SIGINT");
  await ended;
  return {
    firstEventMs,
    memory: sum(uses.map(({ memory }) => memory)),
    buffers: sum(uses.map(({ buffers }) => buffers)),
  };
}
