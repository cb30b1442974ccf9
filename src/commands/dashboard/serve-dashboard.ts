import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { Dashboard } from "../../dashboard/dashboard.ts";
import type { Subject } from "../../dashboard/protocol/messages.ts";
import type { Examine } from "../../dashboard/setup-api.ts";
import { CorelensError, type Problem } from "../../errors.ts";
import type { EventSource } from "../../event/source.ts";
import { METRIC_STATE_PARTS } from "../../metrics/table/table.ts";
import type { FindAccess } from "../../node/rpc/access.ts";
import { pollState } from "../../terminal/poll-state.ts";
import { printNote } from "../../terminal/print-note.ts";
import { servedAt } from "../../terminal/serving-options.ts";
import { ServingReport, servingText } from "../../terminal/serving-report.ts";
import type { HistoryPlace } from "../../terminal/state-options.ts";
import { tappedSource } from "../../terminal/tapped-source.ts";
import { isLoopback } from "../../util/loopback.ts";
import { version } from "../../version.ts";
import type { DashboardOptions } from "./dashboard-options.ts";
import type { MetricsRoute } from "./serve-metrics-route.ts";

/** The parts of the node's state that pages and metrics show. */
const SHOWN_PARTS = METRIC_STATE_PARTS;

/** Loads everything that the dashboard needs before the process gives up its privileges. */
export function prepareDashboard(
  options: DashboardOptions,
  subject: Subject,
  obstacle: Problem | null,
  metrics: MetricsRoute | null = null,
  examine: Examine | null = null,
): Promise<Dashboard> {
  const { private: isPrivate = false, recordings = null } = options;
  const { host, port } = servedAt(options);
  const token = options.token ?? (isLoopback(host) ? null : randomBytes(16).toString("hex"));
  return Dashboard.prepare({
    listen: host,
    port,
    token,
    isPrivate,
    recordings,
    version: version(),
    subject,
    obstacle,
    ...(examine && { examine }),
    ...(metrics && { routes: (app) => metrics.add(app) }),
  });
}

/**
 * Serves until a signal ends it, or the stream ends.
 * @param show feeds the dashboard
 * @returns the exit status
 */
export async function serveDashboard(
  dashboard: Dashboard,
  { open, listen }: DashboardOptions,
  show: (stopped: AbortSignal) => Promise<void>,
): Promise<number> {
  const stopped = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => stopped.abort());
  }
  try {
    const address = await dashboard.listen();
    process.stdout.write(servingText("Dashboard", address, listen.host));
    if (open && process.stdout.isTTY) openBrowser(address);
    if (!stopped.signal.aborted) await show(stopped.signal);
    return 0;
  } finally {
    await dashboard.close();
  }
}

/**
 * Serves a source's events.
 * @param source null where nothing can be traced
 * @param find access to the node's RPC server; null when RPC is off
 * @param history where to keep it; null for memory only
 */
export async function serveEvents(
  dashboard: Dashboard,
  options: DashboardOptions,
  source: EventSource | null,
  find: FindAccess | null = null,
  metrics: MetricsRoute | null = null,
  history: HistoryPlace | null = null,
): Promise<number> {
  let stopAsking = (): void => {};
  try {
    if (history) await keepHistory(dashboard, history);
    const report = source && new ServingReport(source);
    const reported = report && tappedSource(source, (events) => report.see(events));
    return await serveDashboard(dashboard, options, async (stopped) => {
      stopAsking = pollState(find, SHOWN_PARTS, (state) => {
        dashboard.hear(state);
        metrics?.collector.setState(state);
      });
      await dashboard.show(reported, stopped);
      await report?.end();
    });
  } finally {
    stopAsking();
    await source?.close();
  }
}

/** @throws CorelensError of a directory that the user named; another one is optional, and the pages show why it is not used */
async function keepHistory(dashboard: Dashboard, place: HistoryPlace): Promise<void> {
  try {
    await dashboard.keep(place.directory, place.maxBytes, (text) => printNote(`${text}\n`));
  } catch (error) {
    if (!(error instanceof CorelensError) || place.isNamed) throw error;
    dashboard.setNotKept(error.problem);
  }
}

/** Opens the address where there is a desktop, but not as root. */
function openBrowser(address: string): void {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  const opener = process.platform === "darwin" ? "open" : "xdg-open";
  const hasDesktop = process.platform === "darwin" || DISPLAY || WAYLAND_DISPLAY;
  if (!hasDesktop || process.getuid?.() === 0) return;
  spawn(opener, [address], { stdio: "ignore", detached: true })
    .on("error", () => {})
    .unref();
}
