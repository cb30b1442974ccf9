/**
 * `npm run bench:dashboard`: what it costs to serve the dashboard and the metrics of a busy node to one browser, end to
 * end: a simulated node with real tracepoints, corelens attached to it, and Chromium that visits page after page.
 *
 *     corelens simulate ──tracepoints──► attacher + worker ──WebSocket──► Chromium
 *                                                └──/metrics──► scrapes
 *
 * It needs root, Chromium and, to measure what counting costs the node, a C compiler. The figures are also written to
 * bench/results/ as JSON.
 *
 *     --minutes N   how long to measure; 30 by default
 *     --quick       half a minute, and fewer rounds of the rest
 *     --no-hits     leaves out what counting costs the node
 */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { sum } from "#src/util/statistics.js";
import { inRepository } from "../scripts/repository.ts";
import { measuredGoals } from "./dashboard/measured-goals.ts";
import {
  type Figures,
  figuresTable,
  hitsLine,
  pagesTable,
  scrapesLine,
} from "./dashboard/report.ts";
import { scrapeMetrics, visitPages, watch } from "./dashboard/watch.ts";
import { goalsTable } from "./goals.ts";
import { measureHitCost } from "./hit-cost.ts";
import { LOAD, Load } from "./load.ts";
import { MACHINE_TEXT, saveResults } from "./machine.ts";
import { shown } from "./table.ts";
import { buildTarget, MESSAGE_SHAPE } from "./target.ts";
import { inTemporaryDirectory } from "./temporary-directory.ts";
import { CORELENS_METRICS, FLOOR_TRACER } from "./tracers.ts";
import { missingBrowser, Visitor } from "./visitor.ts";

const { values: options } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    quick: { type: "boolean", default: false },
    hits: { type: "boolean", default: true },
  },
  allowNegative: true,
});
const PLAN = options.quick
  ? {
      ...{ minutes: 0.6, warmUpMs: 8000, stayMs: 4000, sampleMs: 2000 },
      ...{ paints: 3, scrapes: 100, rounds: 2, events: 200_000 },
    }
  : {
      ...{ minutes: Number(options.minutes), warmUpMs: 30_000, stayMs: 10_000, sampleMs: 5000 },
      ...{ paints: 9, scrapes: 300, rounds: 5, events: 700_000 },
    };

const obstacle = process.getuid?.() === 0 ? missingBrowser() : "it needs root";
if (obstacle !== null) {
  console.error(`The dashboard cannot be measured here: ${obstacle}.`);
  process.exit(1);
}
console.log(
  `${MACHINE_TEXT}\ncorelens simulate ${LOAD.join(" ")}, for ${shown(PLAN.minutes)} minutes`,
);
const { pageErrors, ...measured } = await measureUnderLoad();
if (options.hits) console.log("counting messages");
const figures: Figures = {
  ...measured,
  bundle: bundleSize(),
  hits: options.hits ? await measureCounting() : null,
};
const goals = measuredGoals(figures);

console.log(`\n${figuresTable(figures)}\n\n${pagesTable(figures.visits, PLAN.stayMs)}\n`);
console.log(scrapesLine(figures));
if (figures.hits) console.log(hitsLine(figures.hits));
for (const error of new Set(pageErrors)) console.log(`error in the page: ${error}`);
console.log(`\n${goalsTable(goals)}`);
console.log(
  `\n${saveResults("dashboard-", { load: LOAD, ...PLAN, ...figures, pageErrors, goals })}`,
);

async function measureUnderLoad() {
  const load = await Load.start();
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, () => load.stop().finally(() => process.exit(1)));
  }
  let visitor: Visitor | undefined;
  try {
    visitor = await Visitor.open(load.url);
    console.log("warming up");
    await sleep(PLAN.warmUpMs);
    console.log("first paint");
    const paints: number[] = [];
    while (paints.length < PLAN.paints) paints.push(await visitor.firstPaint(load.url));
    console.log("visiting page after page");
    const until = performance.now() + PLAN.minutes * 60_000;
    const [watched, visits] = await Promise.all([
      watch(load, until, PLAN.sampleMs),
      visitPages(visitor, until, PLAN.stayMs),
    ]);
    console.log("scraping /metrics");
    const scrapes = await scrapeMetrics(load, PLAN.scrapes);
    const { peers } = await load.view("peers");
    const open = peers.filter(({ closed }) => closed === null).length;
    return { ...watched, visits, paints, scrapes, peers: open, pageErrors: visitor.errors };
  } finally {
    await visitor?.close();
    await load.stop();
  }
}

/** kB of the files that a browser loads, compressed as they are served. */
function bundleSize(): number {
  const folder = inRepository("dist/ui/");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const packed = files
    .filter((name) => /\.(html|js|css|svg)$/.test(name))
    .map((name) => gzipSync(readFileSync(folder + name), { level: 9 }).length);
  return sum(packed) / 1000;
}

/** What `corelens metrics` costs the node a message, beside the floor. */
function measureCounting(): Promise<Figures["hits"]> {
  return inTemporaryDirectory(async (directory) => {
    const path = await buildTarget(directory);
    const { rounds, events } = PLAN;
    const [floor, metrics] = await measureHitCost(MESSAGE_SHAPE, [FLOOR_TRACER, CORELENS_METRICS], {
      ...{ path, events, rounds, directory },
    });
    return floor && metrics ? { floor, metrics } : null;
  });
}
