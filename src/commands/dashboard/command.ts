import { Command } from "commander";
import type { CorelensError } from "../../errors.ts";
import type { Notice } from "../../event/notice.ts";
import { requestRpcAccess } from "../../session/privilege/rpc-access.ts";
import { findObstacle } from "../../terminal/find-obstacle.ts";
import { helpText } from "../../terminal/help-text.ts";
import { printNote } from "../../terminal/print-note.ts";
import { contractOption, fromOption } from "../../terminal/reader-options.ts";
import { accessOf, addRpcOptions, type RpcOptions } from "../../terminal/rpc-options.ts";
import { isAskingWorker, isWorker, runSession } from "../../terminal/run-session.ts";
import {
  addStateOptions,
  type HistoryPlace,
  historyPlace,
  type StateOptions,
} from "../../terminal/state-options.ts";
import { addTarget, type TargetOptions, withTarget } from "../../terminal/target-argument.ts";
import { waitForTarget } from "../../terminal/wait-for-target.ts";
import { runWithoutRights } from "../../terminal/without-rights.ts";
import { addDashboardOptions, countsFor, type DashboardOptions } from "./dashboard-options.ts";

interface Options extends DashboardOptions, RpcOptions, StateOptions, TargetOptions {}

const NODE = { kind: "node", note: null } as const;

export const command = addDashboardOptions(
  addTarget(new Command("dashboard")).addOption(fromOption),
)
  .addOption(contractOption)
  .addHelpText(
    "after",
    helpText({
      notes: [
        "If this machine does not allow tracing, the pages show the reason and the cure. The serving process has no privileges. See docs/dashboard.md.",
      ],
      examples: [
        "sudo corelens --listen 0.0.0.0     print an address with a token",
        "corelens --from node.corelens",
      ],
    }),
  )
  .action(
    withTarget(async (options: Options) => {
      process.exitCode =
        options.from === undefined
          ? await showNode(options)
          : await showRecording(options.from, options);
    }),
  );
addRpcOptions(command);
addStateOptions(command);

async function showNode(options: Options): Promise<number> {
  const obstacle = isWorker() ? null : await findObstacle();
  if (obstacle || isAskingWorker()) return showObstacle(obstacle, options);
  const find = accessOf(options);
  const history = historyPlace(options);
  if (history) await prepareHistory(history);
  const { prepareDashboard, serveEvents } = await import("./serve-dashboard.ts");
  const { MetricsRoute } = await import("./serve-metrics-route.ts");
  const metrics = options.metrics ? new MetricsRoute() : null;
  // The worker serves; it loads its files before it gives up its privileges.
  const dashboard = isWorker() ? await prepareDashboard(options, NODE, null, metrics) : null;
  const session = {
    ringSize: options.ring,
    latencyMs: options.latency,
    request: async (printNote: (notice: Notice) => void) => {
      const { target } = options;
      await waitForTarget(target, [], printNote);
      const events = { patterns: [], fields: null, where: null };
      return {
        target,
        oneNode: true,
        events,
        counts: countsFor(options),
        mayChangeSettings: !options.private,
      };
    },
    ...(find && { rpc: find }),
  };
  return runSession(session, (source) => {
    const shown = metrics ? metrics.through(source) : source;
    return serveEvents(dashboard!, options, shown, find && requestRpcAccess, metrics, history);
  });
}

/** What needs privileges: creating the worker's directory, and loading DuckDB, which may be unreadable without them. */
async function prepareHistory({ directory, isNamed }: HistoryPlace): Promise<void> {
  if (isWorker()) {
    const { loadEngine } = await import("../../store/database.ts");
    await loadEngine();
    return;
  }
  const { OutputFiles } = await import("../../session/privilege/output-files.ts");
  const { unprivilegedUser } = await import("../../kernel/privileges.ts");
  try {
    new OutputFiles(unprivilegedUser(process.env)).ownDirectory(directory);
  } catch (error) {
    // Otherwise the worker fails to use it, and the pages show why.
    if (isNamed) throw error;
  }
}

/** The pages show the obstacle; the worker receives it from its parent. */
async function showObstacle(obstacle: CorelensError | null, options: Options): Promise<number> {
  const { prepareDashboard, serveEvents } = await import("./serve-dashboard.ts");
  const { examine: examineTarget } = await import("../../doctor/examine.ts");
  const { parseTarget } = await import("../../session/attach/target.ts");
  if (obstacle) {
    printNote(`Tracing does not work: ${obstacle.message}.\n  → ${obstacle.cure}\n`);
  }
  const target = parseTarget(options.target);
  // A worker has fewer privileges than its parent and would report too many problems.
  const examine = isWorker() ? null : () => examineTarget(target);
  return runWithoutRights({
    access: { rpc: accessOf(options), ipc: null },
    obstacle,
    prepare: (why) => prepareDashboard(options, NODE, why, null, examine),
    run: (dashboard, { rpc }) => serveEvents(dashboard, options, null, rpc),
  });
}

async function showRecording(path: string, options: Options): Promise<number> {
  const { prepareDashboard, serveDashboard } = await import("./serve-dashboard.ts");
  const subject = { kind: "recording", note: null } as const;
  return runWithoutRights({
    access: { rpc: null, ipc: null },
    prepare: () => prepareDashboard(options, subject, null),
    run: async (dashboard) => {
      const screening = await dashboard.open(path);
      return serveDashboard(dashboard, options, (stopped) => screening.play(stopped));
    },
  });
}
