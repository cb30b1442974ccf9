import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Command } from "commander";
import { CorelensError } from "../../errors.ts";
import { DEFAULT_LATENCY_MS, DEFAULT_RING_SIZE } from "../../session/defaults.ts";
import { SimulatedSource } from "../../session/simulated-source.ts";
import type { SimulatedRelease } from "../../simulate/layouts.ts";
import { findObstacle } from "../find-obstacle.ts";
import { parseCount } from "../options.ts";
import { durationOption } from "../reader-options.ts";
import { isWorker, runSession } from "../run-session.ts";
import { showEvents } from "../show-events.ts";
import type { ShowOptions } from "../show-lines.ts";
import { parseRate, releaseOption, seedOption } from "../simulate-options.ts";

interface DemoOptions extends ShowOptions {
  readonly seed: number;
  readonly speed: number;
  readonly release: SimulatedRelease;
}

export const command = new Command("demo")
  .description("trace a simulated node: no bitcoind needed, and no rights where there are none")
  .addOption(seedOption)
  .option("--speed <factor>", "simulated seconds in a second", parseRate, 1)
  .addOption(releaseOption)
  .option("-j, --json", "one JSON object a line")
  .option("-n, --count <n>", "end after N events", parseCount)
  .addOption(durationOption)
  .action(async (options: DemoOptions) => {
    const obstacle = isWorker() ? null : await findObstacle();
    process.exitCode = obstacle
      ? await showSimulated(options, obstacle)
      : await traceSimulated(options);
  });

/** The simulated events as they are, with a word on what is missing. */
function showSimulated(options: DemoOptions, { message, cure }: CorelensError): Promise<number> {
  process.stderr.write(
    `These are simulated events shown directly: ${message}.\n` +
      `To see them traced through the kernel as a real node's are, ${cure}.\n\n`,
  );
  const { seed, speed, release } = options;
  return showEvents(new SimulatedSource(seed, speed, release), options);
}

/** The simulated node as a process of its own, traced as a real one would be. */
async function traceSimulated(options: DemoOptions): Promise<number> {
  let node: ChildProcess | undefined;
  const request = async () => {
    node = await startSimulation(options);
    return {
      target: String(node.pid),
      events: { patterns: [], fields: null, where: null },
    };
  };
  try {
    const session = { ringSize: DEFAULT_RING_SIZE, latencyMs: DEFAULT_LATENCY_MS, request };
    return await runSession(session, (source) => showEvents(source, options));
  } finally {
    node?.kill();
  }
}

/** Resolves when its tracepoints are there. It ends with this process, whose messages it listens to. */
async function startSimulation({ seed, speed, release }: DemoOptions): Promise<ChildProcess> {
  const script = process.argv[1]!;
  const args = ["simulate", "--seed", seed, "--speed", speed, "--release", release].map(String);
  const node = spawn(process.execPath, [script, ...args], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  await Promise.race([
    once(node, "message"),
    once(node, "exit").then(() => {
      throw new CorelensError("PROCESS_GONE", "the simulated node ended before it began");
    }),
  ]);
  return node;
}
