import { median, quantile } from "#src/util/statistics.js";
import type { HitCost } from "../hit-cost.ts";
import type { Scrape } from "../load.ts";
import { type Cell, shown, table } from "../table.ts";
import { PAGES } from "../visitor.ts";
import type { Sample, SizedVisit } from "./watch.ts";

/** The figures of a run. */
export interface Figures {
  readonly samples: readonly Sample[];
  readonly visits: readonly SizedVisit[];
  readonly scrapes: readonly Scrape[];
  /** Milliseconds until the first paint. */
  readonly paints: readonly number[];
  readonly totals: { readonly lost: number };
  /** kB of the files that a browser loads, compressed. */
  readonly bundle: number;
  readonly peers: number;
  /** What counting a message costs the node, beside the floor; null when it was not measured. */
  readonly hits: { readonly floor: HitCost; readonly metrics: HitCost } | null;
}

export function figuresTable({ samples, visits, scrapes, paints }: Figures): string {
  function row<T>(name: string, from: readonly T[], figure: (each: T) => number | null): Cell[] {
    const values = from.map(figure).filter((value) => value !== null);
    if (values.length === 0) return [name, null, null, null, null];
    return [name, median(values), Math.max(...values), ...quarters(values)];
  }
  return table(
    ["", "median", "max", "first quarter", "last quarter"],
    [
      row("events/s", samples, ({ events }) => events),
      row("lost", samples, ({ lost }) => lost),
      row("in corelens' programs, ns/hit", samples, ({ costNs }) => costNs),
      row("worker, % of a core", samples, ({ workerCpu }) => workerCpu),
      row("attacher, % of a core", samples, ({ attacherCpu }) => attacherCpu),
      row("simulated node, % of a core", samples, ({ nodeCpu }) => nodeCpu),
      row("worker, RSS MB", samples, ({ workerRss }) => workerRss),
      row("  of its own", samples, ({ workerOwn }) => workerOwn),
      row("attacher, RSS MB", samples, ({ attacherRss }) => attacherRss),
      row("  of its own", samples, ({ attacherOwn }) => attacherOwn),
      row("WebSocket, kB/s", visits, ({ bytesPerSecond }) => bytesPerSecond / 1000),
      row("page's heap, MB", visits, ({ heap }) => heap),
      row("page's DOM nodes", visits, ({ nodes }) => nodes),
      row("scrape ms", scrapes, ({ ms }) => ms),
      row("scrape kB", scrapes, ({ bytes }) => bytes / 1000),
      row("first paint ms", paints, (ms) => ms),
      row("load average", samples, ({ load }) => load),
    ],
  );
}

/** Medians of the first and the last quarter. */
export function quarters(values: readonly number[]): [first: number, last: number] {
  const quarter = Math.max(1, Math.floor(values.length / 4));
  return [median(values.slice(0, quarter)), median(values.slice(-quarter))];
}

export function pagesTable(visits: readonly SizedVisit[], stayMs: number): string {
  return table(
    ["page", "frames/s", "fewest", "long tasks/min", "longest ms", "kB/s", "heap MB", "nodes"],
    PAGES.map((page) => {
      const own = visits.filter((visit) => visit.page === page);
      const fps = own.map((visit) => visit.fps);
      const longTasks = own.flatMap((visit) => visit.longTasks);
      return [
        ...[page, median(fps), Math.min(...fps)],
        longTasks.length / ((own.length * stayMs) / 60_000),
        longTasks.length > 0 ? Math.max(...longTasks) : null,
        median(own.map(({ bytesPerSecond }) => bytesPerSecond)) / 1000,
        ...[median(own.map(({ heap }) => heap)), median(own.map(({ nodes }) => nodes))],
      ];
    }),
  );
}

export function scrapesLine({ scrapes, peers }: Figures): string {
  const times = scrapes.map(({ ms }) => ms).sort((a, b) => a - b);
  return (
    `/metrics with ${peers} peers: ${shown(median(times))} ms, ` +
    `99 % within ${shown(quantile(times, 0.99))} ms (${times.length} scrapes)`
  );
}

export function hitsLine({ floor, metrics }: NonNullable<Figures["hits"]>): string {
  const above = metrics.nsPerHitQuiet - floor.nsPerHitQuiet;
  const ratio = metrics.nsPerHitQuiet / floor.nsPerHitQuiet;
  return (
    `counting a message: ${shown(metrics.nsPerHitQuiet)} ns, floor ${shown(floor.nsPerHitQuiet)}: ` +
    `${shown(above)} more, × ${shown(ratio)}; ` +
    `medians ${shown(metrics.nsPerHit)} and ${shown(floor.nsPerHit)}`
  );
}
