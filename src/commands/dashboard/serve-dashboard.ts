import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { Dashboard } from "../../dashboard/dashboard.ts";
import type { Subject } from "../../dashboard/protocol/messages.ts";
import type { Examine } from "../../dashboard/setup-api.ts";
import type { Problem } from "../../errors.ts";
import type { EventSource } from "../../event/source.ts";
import { ASKED } from "../../metrics/table/table.ts";
import type { FindAccess } from "../../node/rpc/access.ts";
import { pollState } from "../../terminal/poll-state.ts";
import { servedAt } from "../../terminal/serving-options.ts";
import { isLoopback } from "../../util/loopback.ts";
import { version } from "../../version.ts";
import type { DashboardOptions } from "./dashboard-options.ts";
import type { MetricsRoute } from "./serve-metrics-route.ts";

/** Of what the node says: what pages show, and metrics. */
const SHOWN_PARTS = ASKED;

/** Loads everything the dashboard needs, while it can still be read. */
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
 * Serves until somebody says stop, or there is no more to show.
 * @param show what is shown
 * @returns the exit status
 */
export async function serveDashboard(
  dashboard: Dashboard,
  { open }: DashboardOptions,
  show: (stopped: AbortSignal) => Promise<void>,
): Promise<number> {
  const stopped = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => stopped.abort());
  }
  try {
    const address = await dashboard.listen();
    process.stdout.write(`The dashboard is at ${address}\nCtrl-C ends it.\n`);
    if (open && process.stdout.isTTY) openBrowser(address);
    if (!stopped.signal.aborted) await show(stopped.signal);
    return 0;
  } finally {
    await dashboard.close();
  }
}

/**
 * Serves a source's events.
 * @param source null when there are none
 * @param find how the node is asked for what its events do not tell; null when it is not
 */
export async function serveEvents(
  dashboard: Dashboard,
  options: DashboardOptions,
  source: EventSource | null,
  find: FindAccess | null = null,
  metrics: MetricsRoute | null = null,
): Promise<number> {
  let stopAsking = (): void => {};
  try {
    return await serveDashboard(dashboard, options, (stopped) => {
      stopAsking = pollState(find, SHOWN_PARTS, (state) => {
        dashboard.hear(state);
        metrics?.collector.hear(state);
      });
      return dashboard.show(source, stopped);
    });
  } finally {
    stopAsking();
    await source?.close();
  }
}

/** Where there is a desktop; who has none opens the address by hand. */
function openBrowser(address: string): void {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  const opener = process.platform === "darwin" ? "open" : "xdg-open";
  const hasDesktop = process.platform === "darwin" || DISPLAY || WAYLAND_DISPLAY;
  if (!hasDesktop || process.getuid?.() === 0) return;
  spawn(opener, [address], { stdio: "ignore", detached: true })
    .on("error", () => {})
    .unref();
}
