import { median } from "#src/util/statistics.js";
import type { GoalName, Measured } from "../goals.ts";
import { type Figures, quarters } from "./report.ts";

/** The pages whose WebSocket has a goal. */
const PAGES: Readonly<Partial<Record<GoalName, string>>> = {
  peersPage: "/peers",
  blocksPage: "/blocks",
  mempoolPage: "/mempool",
};

/** The figures of a run that have a goal. */
export function measuredGoals(figures: Figures): Measured {
  const { samples, visits, scrapes, paints, bundle, totals, hits } = figures;
  const overview = visits.filter(({ page }) => page === "/");
  const kilobytes = Object.entries(PAGES).map(([name, page]) => {
    const own = visits.filter((visit) => visit.page === page);
    return [name, median(own.map(({ bytesPerSecond }) => bytesPerSecond)) / 1000];
  });
  return {
    load: median(samples.map(({ events }) => events)),
    server: median(samples.map(({ workerCpu, attacherCpu }) => workerCpu + attacherCpu)),
    serverMemory: Math.max(...samples.map(({ workerOwn }) => workerOwn)),
    serverGrowth: growth(samples.map(({ workerOwn }) => workerOwn)),
    pageGrowth: growth(overview.map(({ heap }) => heap)),
    paint: median(paints),
    bundle,
    scrape: median(scrapes.map(({ ms }) => ms)),
    ...Object.fromEntries(kilobytes),
    lost: totals.lost,
    ...(hits && { countedMessage: hits.metrics.nsPerHit / hits.floor.nsPerHit - 1 }),
  };
}

/** @param values MB, in the order of time */
function growth(values: readonly number[]): number {
  const [first, last] = quarters(values);
  return last / first;
}
