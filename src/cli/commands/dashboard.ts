import { Command } from "commander";
import type { CorelensError } from "../../errors.ts";
import type { Notice } from "../../session/notice.ts";
import { addDashboardOptions, type DashboardCommandOptions } from "../dashboard-options.ts";
import { findObstacle } from "../find-obstacle.ts";
import { fromOption, latencyOption, ringOption, targetOption } from "../reader-options.ts";
import { isWorker, runSession } from "../run-session.ts";
import { waitForTarget } from "../wait-for-target.ts";

interface Options extends DashboardCommandOptions {
  readonly target?: string;
  readonly from?: string;
  readonly ring: number;
  readonly latency: number;
}

const NODE = { kind: "node", note: null } as const;

export const command = addDashboardOptions(
  new Command("dashboard")
    .description("the node in a browser: what it does now, live (the default command)")
    .addOption(targetOption)
    .addOption(fromOption),
)
  .addOption(ringOption)
  .addOption(latencyOption)
  .addHelpText(
    "after",
    `
What this machine does not allow is said on the pages, with the cure. Who serves them has no rights; docs/dashboard.md
tells more.

Examples:
  $ sudo corelens
  $ sudo corelens --private --port 8000
  $ corelens --from node.corelens
  $ sudo corelens --listen 0.0.0.0           prints an address with a token
`,
  )
  .action(async (options: Options) => {
    process.exitCode =
      options.from === undefined
        ? await showNode(options)
        : await showRecording(options.from, options);
  });

async function showNode(options: Options): Promise<number> {
  const obstacle = isWorker() ? null : await findObstacle();
  if (obstacle) return showObstacle(obstacle, options);
  const { prepareDashboard, serveEvents } = await import("../serve-dashboard.ts");
  // The other process serves; it loads what it serves while it still can.
  const dashboard = isWorker() ? await prepareDashboard(options, NODE, null) : null;
  const session = {
    ringSize: options.ring,
    latencyMs: options.latency,
    request: async (tell: (notice: Notice) => void) => {
      const { target } = options;
      await waitForTarget(target, [], tell);
      return { target, events: { patterns: [], fields: null, where: null } };
    },
  };
  return runSession(session, (source) => serveEvents(dashboard!, options, source));
}

/** The pages say what stands in the way. */
async function showObstacle(obstacle: CorelensError, options: Options): Promise<number> {
  const { prepareDashboard, serveDashboard } = await import("../serve-dashboard.ts");
  const { code, message, cure } = obstacle;
  const dashboard = await prepareDashboard(options, NODE, { code, message, cure });
  process.stderr.write(`Nothing can be traced: ${message}.\n  → ${cure}\n`);
  return serveDashboard(dashboard, options, (stopped) => dashboard.show(null, stopped));
}

async function showRecording(path: string, options: Options): Promise<number> {
  const { prepareDashboard, serveDashboard } = await import("../serve-dashboard.ts");
  const subject = { kind: "recording", note: null } as const;
  const dashboard = await prepareDashboard(options, subject, null);
  const playback = await dashboard.open(path);
  return serveDashboard(dashboard, options, (stopped) => dashboard.play(playback, stopped));
}
