import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Sections } from "#src/model/sections.js";
import type { Load, Role, Scrape } from "../load.ts";
import { cpuSeconds, type Resident, residentOf } from "../usage.ts";
import { PAGES, type PageSize, type Visit, type Visitor } from "../visitor.ts";

/** Rates in the time between two observations. CPU is in % of a core, memory in MB. */
export interface Sample {
  readonly at: number;
  readonly workerCpu: number;
  readonly attacherCpu: number;
  readonly nodeCpu: number;
  readonly workerRss: number;
  readonly workerOwn: number;
  readonly attacherRss: number;
  readonly attacherOwn: number;
  readonly events: number;
  readonly lost: number;
  readonly costNs: number | null;
  readonly load: number;
}

export type SizedVisit = Visit & PageSize & { readonly at: number };

type Totals = Sections["overview"]["events"];

interface Observation {
  readonly at: number;
  readonly use: Readonly<Record<Role, Resident & { readonly cpu: number }>>;
  readonly events: Totals;
  readonly cost: Sections["overview"]["cost"];
}

/** Observes the processes under load until a time, `everyMs`. */
export async function watch(
  load: Load,
  until: number,
  everyMs: number,
): Promise<{ readonly samples: Sample[]; readonly totals: Totals }> {
  const samples: Sample[] = [];
  let before = await observe(load);
  while (performance.now() < until) {
    await sleep(everyMs);
    const after = await observe(load);
    samples.push(between(before, after));
    before = after;
  }
  return { samples, totals: before.events };
}

async function observe(load: Load): Promise<Observation> {
  const { events, cost } = await load.view("overview");
  const { node, attacher, worker } = load.pids;
  const useOf = (pid: number) => ({ cpu: cpuSeconds(pid), ...residentOf(pid) });
  const use = { node: useOf(node), attacher: useOf(attacher), worker: useOf(worker) };
  return { at: performance.now(), use, events, cost };
}

function between(before: Observation, after: Observation): Sample {
  const seconds = (after.at - before.at) / 1000;
  const share = (role: Role): number =>
    (100 * (after.use[role].cpu - before.use[role].cpu)) / seconds;
  const { worker, attacher } = after.use;
  return {
    at: after.at,
    ...{ workerCpu: share("worker"), attacherCpu: share("attacher"), nodeCpu: share("node") },
    ...{ workerRss: worker.rss, workerOwn: worker.own },
    ...{ attacherRss: attacher.rss, attacherOwn: attacher.own },
    events: (after.events.delivered - before.events.delivered) / seconds,
    lost: after.events.lost - before.events.lost,
    costNs: after.cost?.nanosecondsPerHit ?? null,
    load: loadavg()[0]!,
  };
}

/** Visits page after page until a time, and each page at least once. */
export async function visitPages(
  visitor: Visitor,
  until: number,
  stayMs: number,
): Promise<SizedVisit[]> {
  const visits: SizedVisit[] = [];
  for (let i = 0; i < PAGES.length || performance.now() < until; i++) {
    const visit = await visitor.visit(PAGES[i % PAGES.length]!, stayMs);
    visits.push({ at: performance.now(), ...visit, ...(await visitor.size()) });
  }
  return visits;
}

/** Scrapes /metrics, with pauses: without them, the processor's cache would hold all that a scrape needs. */
export async function scrapeMetrics(load: Load, times: number): Promise<Scrape[]> {
  const scrapes: Scrape[] = [];
  for (let i = 0; i < times; i++) {
    await sleep(SCRAPE_PAUSE_MS);
    scrapes.push(await load.scrape());
  }
  return scrapes;
}

const SCRAPE_PAUSE_MS = 50;
