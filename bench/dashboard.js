/**
 * `npm run bench:dashboard`: what it takes to serve the dashboard and the metrics of a busy node to one browser, end to
 * end: a simulated node with real tracepoints, corelens attached to it, Chromium going from page to page.
 *
 *     corelens simulate ──tracepoints──► attacher + worker ──WebSocket──► Chromium, one page after the other
 *                                                └──/metrics──► scraped
 *
 * It needs root, Chromium and, for what counting costs the node, a C compiler. Figures also go to bench/results/ as JSON.
 *
 *     --minutes N   how long it is watched; 30 when left out
 *     --quick       half a minute, and fewer rounds of the rest
 *     --no-hits     leaves out what counting costs the node
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { measureHitCost } from "./hit-cost.js";
import { LOAD, Load, residentOf } from "./load.js";
import { median, quantile, sum } from "./statistics.js";
import { shown, table } from "./table.js";
import { buildTarget, SHAPES } from "./target.js";
import { FLOOR, TRACERS } from "./tracers.js";
import { cpuSeconds } from "./usage.js";
import { missingBrowser, PAGES, Visitor } from "./visitor.js";

const { values: options } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    quick: { type: "boolean", default: false },
    hits: { type: "boolean", default: true },
  },
  allowNegative: true,
});
const plan = options.quick
  ? {
      minutes: 0.6,
      stayMs: 4000,
      sampleMs: 2000,
      paints: 3,
      scrapes: 100,
      rounds: 2,
      events: 200_000,
    }
  : {
      ...{ minutes: Number(options.minutes), stayMs: 10_000, sampleMs: 5000 },
      ...{ paints: 9, scrapes: 300, rounds: 5, events: 700_000 },
    };
/** Until peers have come and programs are compiled. */
const WARM_UP_MS = options.quick ? 8000 : 30_000;
/** Between two scrapes, which would otherwise only see a busy processor's cache. */
const SCRAPE_PAUSE_MS = 50;
/** A busy machine may not leave the simulated node enough to pass what it is told to. */
const GOALS = { events: 23_000, cpu: 15, rss: 250, paint: 500, bundle: 150, scrape: 10, hit: 150 };
/** What memory may grow by from the first to the last quarter and still be called flat. */
const FLAT = 0.1;

const obstacle = process.getuid() === 0 ? missingBrowser() : "it needs root";
if (obstacle !== null) {
  console.error(`The dashboard cannot be measured here: ${obstacle}.`);
  process.exit(1);
}

/** What all processes have used until now, and what was delivered. */
async function look(load) {
  const { events, cost } = await load.ask("/api/view/overview");
  const at = performance.now();
  const use = Object.entries(load.pids).map(([name, pid]) => [
    name,
    { cpu: cpuSeconds(pid), ...residentOf(pid) },
  ]);
  return { at, ...Object.fromEntries(use), events, cost };
}

/** The time between two looks, as rates. */
function between(before, after) {
  const seconds = (after.at - before.at) / 1000;
  const share = (name) => (100 * (after[name].cpu - before[name].cpu)) / seconds;
  return {
    ...{ workerCpu: share("worker"), attacherCpu: share("attacher"), nodeCpu: share("node") },
    ...{ workerRss: after.worker.rss, workerOwn: after.worker.own },
    ...{ attacherRss: after.attacher.rss, attacherOwn: after.attacher.own },
    events: (after.events.delivered - before.events.delivered) / seconds,
    lost: after.events.lost - before.events.lost,
    costNs: after.cost?.nanosecondsPerHit ?? null,
    load: loadavg()[0],
  };
}

async function watch(load, until) {
  const samples = [];
  let before = await look(load);
  while (performance.now() < until) {
    await sleep(plan.sampleMs);
    const after = await look(load);
    samples.push({ at: after.at, ...between(before, after), scrapeMs: (await load.scrape()).ms });
    before = after;
  }
  return { samples, totals: before.events };
}

async function goThrough(visitor, until) {
  const visits = [];
  for (let i = 0; i < PAGES.length || performance.now() < until; i++) {
    const visit = await visitor.visit(PAGES[i % PAGES.length], plan.stayMs);
    visits.push({ at: performance.now(), ...visit, ...(await visitor.size()) });
  }
  return visits;
}

async function repeat(times, action) {
  const results = [];
  for (let i = 0; i < times; i++) results.push(await action());
  return results;
}

/** kB of all files that a browser loads, compressed as they are served. */
function bundleSize() {
  const folder = fileURLToPath(new URL("../dist/ui/", import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const packed = files
    .filter((name) => /\.(html|js|css|svg)$/.test(name))
    .map((name) => gzipSync(readFileSync(folder + name), { level: 9 }).length);
  return sum(packed) / 1000;
}

/** What `corelens metrics` costs the node a message, beside the least that a probe costs. */
async function hitCost() {
  const directory = mkdtempSync(join(tmpdir(), "corelens-bench-"));
  try {
    const path = await buildTarget(directory);
    const tracers = TRACERS.filter(({ name }) => [FLOOR, "corelens metrics"].includes(name));
    const shape = SHAPES.find(({ key }) => key === "msg");
    const { rounds, events } = plan;
    const measured = await measureHitCost(shape, tracers, { path, events, rounds, directory });
    const [floor, metrics] = measured;
    return { floor, metrics, above: metrics.nsPerHitQuiet - floor.nsPerHitQuiet };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Medians of the first and the last quarter. */
function quarters(samples, figure) {
  const values = samples.map(figure);
  const quarter = Math.max(1, Math.floor(values.length / 4));
  return [median(values.slice(0, quarter)), median(values.slice(-quarter))];
}

function figuresTable({ samples, visits, scrapes, paints }) {
  const row = (name, of, figure) => {
    const values = of.map(figure).filter((value) => value !== null);
    if (values.length === 0) return [name, null, null, null, null];
    return [name, median(values), Math.max(...values), ...quarters(of, figure)];
  };
  return table(
    ["", "median", "max", "first quarter", "last quarter"],
    [
      row("events/s", samples, ({ events }) => events),
      row("lost", samples, ({ lost }) => lost),
      row("in our programs, ns/hit", samples, ({ costNs }) => costNs),
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

function pagesTable(visits) {
  return table(
    ["page", "frames/s", "fewest", "long tasks/min", "longest ms", "kB/s", "heap MB", "nodes"],
    PAGES.filter((page) => visits.some((visit) => visit.page === page)).map((page) => {
      const of = visits.filter((visit) => visit.page === page);
      const longTasks = of.flatMap((visit) => visit.longTasks);
      const minutes = (of.length * plan.stayMs) / 60_000;
      return [
        ...[page, median(of.map(({ fps }) => fps)), Math.min(...of.map(({ fps }) => fps))],
        ...[longTasks.length / minutes, longTasks.length ? Math.max(...longTasks) : null],
        median(of.map(({ bytesPerSecond }) => bytesPerSecond)) / 1000,
        ...[median(of.map(({ heap }) => heap)), median(of.map(({ nodes }) => nodes))],
      ];
    }),
  );
}

function goals({ samples, visits, scrapes, paints, bundle, totals, hits }) {
  const isFlat = ([first, last]) => last <= first * (1 + FLAT);
  const rss = Math.max(...samples.map(({ workerRss }) => workerRss));
  const rssQuarters = quarters(samples, ({ workerRss }) => workerRss);
  const overview = visits.filter(({ page }) => page === "/");
  const heapQuarters = quarters(overview, ({ heap }) => heap);
  const cpu = median(samples.map(({ workerCpu, attacherCpu }) => workerCpu + attacherCpu));
  const paint = median(paints);
  const scrape = median(scrapes.map(({ ms }) => ms));
  const flatness = (pair) => pair.map((mb) => `${shown(mb)} MB`).join(" → ");
  const events = median(samples.map((sample) => sample.events));
  return [
    [
      `the whole load: > ${shown(GOALS.events)} events/s`,
      `${shown(events)} events/s`,
      events > GOALS.events,
    ],
    [`server < ${GOALS.cpu} % of a core`, `${shown(cpu)} %`, cpu < GOALS.cpu],
    [`server < ${GOALS.rss} MB`, `${shown(rss)} MB`, rss < GOALS.rss],
    ["server's memory flat", flatness(rssQuarters), isFlat(rssQuarters)],
    ["page's memory flat (Overview)", flatness(heapQuarters), isFlat(heapQuarters)],
    [`first paint < ${GOALS.paint} ms`, `${shown(paint)} ms`, paint < GOALS.paint],
    [`bundle < ${GOALS.bundle} kB compressed`, `${shown(bundle)} kB`, bundle < GOALS.bundle],
    [`/metrics < ${GOALS.scrape} ms`, `${shown(scrape)} ms`, scrape < GOALS.scrape],
    ["nothing lost", shown(totals.lost), totals.lost === 0],
    ...(hits
      ? [
          [
            `counting a message ≤ floor + ${GOALS.hit} ns`,
            `${shown(hits.above)} ns`,
            hits.above <= GOALS.hit,
          ],
        ]
      : []),
  ].map(([goal, measured, met]) => ({ goal, measured, met }));
}

const machine = {
  kernel: release(),
  cpu: cpus()[0].model.trim(),
  cores: cpus().length,
  node: process.version,
};
const date = new Date().toISOString();
console.log(
  `${machine.cpu}, ${machine.cores} cores, Linux ${machine.kernel}, Node ${machine.node}\n` +
    `corelens simulate ${LOAD.join(" ")}, watched for ${shown(plan.minutes)} minutes`,
);
const load = await Load.start();
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => load.stop().finally(() => process.exit(1)));
}
const run = { date, machine, load: LOAD, ...plan, bundle: bundleSize() };
let visitor;
try {
  visitor = await Visitor.open(load.url);
  console.log("warming up");
  await sleep(WARM_UP_MS);
  console.log("first paint");
  run.paints = await repeat(plan.paints, () => visitor.firstPaint(load.url));
  console.log("going from page to page");
  const until = performance.now() + plan.minutes * 60_000;
  const [watched, visits] = await Promise.all([watch(load, until), goThrough(visitor, until)]);
  Object.assign(run, watched, { visits, pageErrors: visitor.errors });
  console.log("scraping /metrics");
  run.scrapes = await repeat(plan.scrapes, async () => {
    await sleep(SCRAPE_PAUSE_MS);
    return load.scrape();
  });
  const { peers } = await load.ask("/api/view/peers");
  run.peers = peers.filter(({ closed }) => closed === null).length;
} finally {
  await visitor?.close();
  await load.stop();
}
if (options.hits) console.log("counting messages");
run.hits = options.hits ? await hitCost() : null;
run.goals = goals(run);

console.log(`\n${figuresTable(run)}\n\n${pagesTable(run.visits)}\n`);
const scrapes = run.scrapes.map(({ ms }) => ms);
console.log(
  `/metrics with ${run.peers} peers: ${shown(quantile(scrapes, 0.5))} ms, ` +
    `99 % within ${shown(quantile(scrapes, 0.99))} ms (${scrapes.length} scrapes)`,
);
if (run.hits) {
  const { floor, metrics, above } = run.hits;
  console.log(
    `counting a message: ${shown(metrics.nsPerHitQuiet)} ns, floor ${shown(floor.nsPerHitQuiet)}: ` +
      `${shown(above)} more, × ${shown(metrics.nsPerHitQuiet / floor.nsPerHitQuiet)}; ` +
      `medians ${shown(metrics.nsPerHit)} and ${shown(floor.nsPerHit)}`,
  );
}
for (const error of new Set(run.pageErrors)) console.log(`error in the page: ${error}`);
console.log(
  `\n${table(
    ["goal", "measured", ""],
    run.goals.map(({ goal, measured, met }) => [goal, measured, met ? "met" : "MISSED"]),
  )}`,
);
const folder = fileURLToPath(new URL("results/", import.meta.url));
mkdirSync(folder, { recursive: true });
const file = join(folder, `dashboard-${date.replaceAll(":", "-")}.json`);
writeFileSync(file, `${JSON.stringify(run, null, 2)}\n`);
console.log(`\n${file}`);
