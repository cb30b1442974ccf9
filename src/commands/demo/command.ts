import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Command } from "commander";
import { CorelensError, type Problem } from "../../errors.ts";
import type { EventSource } from "../../event/source.ts";
import { SimulatedSource } from "../../session/source/simulated-source.ts";
import type { SimulatedRelease } from "../../simulate/layouts.ts";
import { findObstacle } from "../../terminal/find-obstacle.ts";
import { helpText } from "../../terminal/help-text.ts";
import { parseFactor } from "../../terminal/parse-option.ts";
import { printNote } from "../../terminal/print-note.ts";
import { countOption, durationOption, jsonLinesOption } from "../../terminal/reader-options.ts";
import { isAskingWorker, isWorker, runSession } from "../../terminal/run-session.ts";
import { showEvents } from "../../terminal/show-events.ts";
import type { ShowOptions } from "../../terminal/show-lines.ts";
import { releaseOption, seedOption } from "../../terminal/simulate-options.ts";
import { runWithoutRights } from "../../terminal/without-rights.ts";
import {
  addDashboardOptions,
  countsFor,
  type DashboardOptions,
} from "../dashboard/dashboard-options.ts";

interface DemoOptions extends Omit<ShowOptions, "speed">, DashboardOptions {
  readonly text?: boolean;
  readonly seed: number;
  readonly speed: number;
  readonly release: SimulatedRelease;
}

export const command = addDashboardOptions(
  new Command("demo")
    .addOption(seedOption)
    .option("--speed <factor>", "a multiple of a real node's speed", parseFactor, 1)
    .addOption(releaseOption)
    .option("--text", "print events as lines of text, in place of the dashboard")
    .addOption(jsonLinesOption)
    .addOption(countOption)
    .addOption(durationOption),
)
  .addHelpText(
    "after",
    helpText({
      notes: ["--count, --duration and --json print events, as --text does."],
      examples: ["corelens demo", "corelens demo --text --count 20"],
    }),
  )
  .action(async (options: DemoOptions) => {
    const obstacle = isWorker() ? null : await findObstacle();
    process.exitCode =
      obstacle || isAskingWorker()
        ? await showDirectly(options, obstacle)
        : await traceSimulated(options, await viewOf(options, null));
  });

/** Shows simulated events without tracing. */
function showDirectly(options: DemoOptions, obstacle: CorelensError | null): Promise<number> {
  return runWithoutRights({
    access: { rpc: null, ipc: null },
    obstacle,
    prepare: (why) => viewOf(options, why),
    run: (show) => show(new SimulatedSource(options.seed, options.speed, options.release)),
  });
}

type Show = (source: EventSource) => Promise<number>;

/** The view of the events: dashboard or text. */
async function viewOf(options: DemoOptions, obstacle: Problem | null): Promise<Show> {
  const isText = options.text || options.json || options.count || options.duration;
  const note = obstacle && directText(obstacle);
  if (isText) {
    if (note) printNote(`${note}\n\n`);
    return (source) => showEvents(source, options);
  }
  if (!isWorker() && !obstacle) return neverShown;
  const { prepareDashboard, serveEvents } = await import("../dashboard/serve-dashboard.ts");
  const { MetricsRoute } = await import("../dashboard/serve-metrics-route.ts");
  const subject = { kind: "simulation", note } as const;
  const metrics = options.metrics ? new MetricsRoute() : null;
  const dashboard = await prepareDashboard(options, subject, null, metrics);
  return (source) => {
    const shown = metrics ? metrics.through(source) : source;
    return serveEvents(dashboard, options, shown, null, metrics);
  };
}

/** The process that attaches shows nothing. */
const neverShown: Show = () =>
  Promise.reject(new Error("the attaching process cannot show events"));

/** Explains why the events are not traced. */
function directText({ message, cure }: Problem): string {
  return (
    `The simulated events are shown without tracing: ${message}.\n` +
    `To trace them through the kernel, as with a real node, ${cure}.`
  );
}

/** Runs the simulated node as a process and traces it like a real one. */
async function traceSimulated(options: DemoOptions, show: Show): Promise<number> {
  let node: ChildProcess | undefined;
  const request = async () => {
    node = await startSimulation(options);
    return {
      target: String(node.pid),
      events: { patterns: [], fields: null, where: null },
      counts: countsFor(options),
      mayChangeSettings: !options.private,
    };
  };
  try {
    const session = { ringSize: options.ring, latencyMs: options.latency, request };
    return await runSession(session, show);
  } finally {
    node?.kill();
  }
}

/** Resolves when its tracepoints exist. The node ends when this process ends. */
async function startSimulation({ seed, speed, release }: DemoOptions): Promise<ChildProcess> {
  const script = process.argv[1]!;
  // It uses this machine's clock, so that ages are correct.
  const clock = Math.floor(Date.now() / 1000);
  const options = { seed, speed, release, clock };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const node = spawn(process.execPath, [script, "simulate", ...args], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  await Promise.race([
    once(node, "message"),
    once(node, "exit").then(() => {
      throw new CorelensError("PROCESS_GONE", "the simulated node ended at its start");
    }),
  ]);
  return node;
}
