import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { CorelensError } from "../../errors.ts";
import type { SimulatedRelease } from "../../simulate/layouts.ts";
import { play } from "../../simulate/player.ts";
import { declareProbes } from "../../simulate/probes.ts";
import { simulateReindex } from "../../simulate/reindex.ts";
import { simulate } from "../../simulate/simulation.ts";
import { helpText } from "../../terminal/help-text.ts";
import { parseCount, parseFactor } from "../../terminal/parse-option.ts";
import {
  clockOption,
  releaseOption,
  seedOption,
  simulatedSpeedOption,
} from "../../terminal/simulate-options.ts";

interface SimulateOptions {
  readonly seed: number;
  readonly speed: number | "max";
  readonly release: SimulatedRelease;
  readonly clock?: number;
  readonly inbound?: number;
  readonly coins?: number;
  readonly reindex?: boolean;
  readonly file?: string;
}

export const command = new Command("simulate")
  .addOption(seedOption)
  .addOption(simulatedSpeedOption)
  .addOption(releaseOption)
  .addOption(clockOption.hideHelp())
  .option("--inbound <n>", "inbound connections that the node accepts (default: 10)", parseCount)
  .option("--coins <rate>", "coins added and spent per second for block templates", parseFactor)
  .option("--reindex", "simulate a reindex: coins, blocks and flushes only")
  .option(
    "--file <path>",
    "write the shared object with the tracepoints to this file, for tracers that start earlier",
  )
  .addHelpText(
    "after",
    helpText({
      examples: [
        "corelens simulate --release 26",
        "corelens simulate --inbound 190 --speed 28 --coins 20000     5,000 messages per second",
      ],
    }),
  )
  .action(async (options: SimulateOptions) => {
    const { seed, speed, release, reindex, file, inbound, coins, clock: startTime } = options;
    const probes = declareProbes(release, file === undefined ? {} : { file });
    if (probes.file === null) {
      throw new CorelensError("PLATFORM_UNSUPPORTED", "tracepoints cannot be declared here");
    }
    const stopped = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => stopped.abort());
    }
    process.on("disconnect", () => stopped.abort());
    // The name of the thread that fires most tracepoints in a real node.
    writeFileSync("/proc/self/comm", "b-msghand");
    process.stdout.write(
      `simulated node, pid ${process.pid}, tracepoints in ${probes.file}\n` +
        `try:  corelens list ${process.pid}   sudo corelens trace --target ${process.pid}\n`,
    );
    process.send?.("ready");
    const events = (reindex ? simulateReindex : simulate)({
      seed,
      release,
      ...(startTime && { startTime }),
      ...(inbound && { inboundSlots: inbound }),
      // The rate is per real second; at a higher speed a simulated second is shorter.
      ...(coins && { templateCoins: speed === "max" ? coins : coins / speed }),
    });
    await play(events, (event) => probes.fire(event), { speed, signal: stopped.signal });
    if (process.connected) process.disconnect();
  });
