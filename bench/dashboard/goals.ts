import { median } from "#src/util/statistics.js";
import { shown, table } from "../table.ts";
import { type Figures, quarters } from "./report.ts";

export interface Goal {
  readonly goal: string;
  readonly measured: string;
  readonly isMet: boolean;
}

/** `events` is low enough for a busy machine, which keeps the simulated node from reaching its speed. */
const LIMITS = { events: 23_000, cpu: 15, rss: 250, paint: 500, bundle: 150, scrape: 10, hit: 150 };
/** Memory is flat when it grows by no more than this share from the first to the last quarter. */
const FLAT = 0.1;

/** What the dashboard must reach, and whether it does. */
export function goalsOf({
  samples,
  visits,
  scrapes,
  paints,
  bundle,
  totals,
  hits,
}: Figures): Goal[] {
  const overview = visits.filter(({ page }) => page === "/");
  const goals = [
    atLeast("the whole load", median(samples.map(({ events }) => events)), "events", "events/s"),
    atMost("server", median(samples.map(cpuOf)), "cpu", "% of a core"),
    atMost("server", Math.max(...samples.map(({ workerRss }) => workerRss)), "rss", "MB"),
    flat(
      "server's memory",
      samples.map(({ workerRss }) => workerRss),
    ),
    flat(
      "page's memory (Overview)",
      overview.map(({ heap }) => heap),
    ),
    atMost("first paint", median(paints), "paint", "ms"),
    atMost("bundle, compressed", bundle, "bundle", "kB"),
    atMost("/metrics", median(scrapes.map(({ ms }) => ms)), "scrape", "ms"),
    { goal: "nothing lost", measured: shown(totals.lost), isMet: totals.lost === 0 },
  ];
  if (hits === null) return goals;
  const above = hits.metrics.nsPerHitQuiet - hits.floor.nsPerHitQuiet;
  return [...goals, atMost("counting a message, above the floor", above, "hit", "ns")];
}

export function goalsTable(goals: readonly Goal[]): string {
  return table(
    ["goal", "measured", ""],
    goals.map(({ goal, measured, isMet }) => [goal, measured, isMet ? "met" : "MISSED"]),
  );
}

const cpuOf = (sample: { readonly workerCpu: number; readonly attacherCpu: number }): number =>
  sample.workerCpu + sample.attacherCpu;

function atLeast(what: string, value: number, limit: keyof typeof LIMITS, unit: string): Goal {
  const goal = `${what}: at least ${shown(LIMITS[limit])} ${unit}`;
  return { goal, measured: `${shown(value)} ${unit}`, isMet: value >= LIMITS[limit] };
}

function atMost(what: string, value: number, limit: keyof typeof LIMITS, unit: string): Goal {
  const goal = `${what}: at most ${shown(LIMITS[limit])} ${unit}`;
  return { goal, measured: `${shown(value)} ${unit}`, isMet: value <= LIMITS[limit] };
}

/** @param values MB, in the order of time */
function flat(what: string, values: readonly number[]): Goal {
  const [first, last] = quarters(values);
  const measured = `${shown(first)} MB → ${shown(last)} MB`;
  return { goal: `${what} is flat`, measured, isMet: last <= first * (1 + FLAT) };
}
