import type { Cost } from "../event/cost.ts";
import { jsonLine, rounded } from "../event/json.ts";
import { hitsOf, type LossCounters, sumOf } from "../event/loss.ts";
import { counted } from "./counted.ts";
import { groupedText, percentText } from "./format.ts";

/** The totals of a trace. */
export interface TraceTotals {
  readonly tallies: ReadonlyMap<string, LossCounters>;
  readonly cost: Cost | null;
  /** False for simulated events: they cost no node anything. Default true. */
  readonly isTraced?: boolean | undefined;
  readonly seconds: number;
  /** How often the node passed a tracepoint; by default the number of events. */
  readonly hits?: number | undefined;
  /** Printed events, if the command prints a part of the delivered ones. */
  readonly shown?: number;
}

/** One line for people: `412 events in 10.0 s, none lost; cost the node … ns a hit, … % of a core`. */
export function totalsText({
  tallies,
  cost,
  isTraced = true,
  seconds,
  hits,
  shown = Number.POSITIVE_INFINITY,
}: TraceTotals): string {
  const sum = sumOf(tallies);
  const parts = [
    `${shown < sum.delivered ? `${groupedText(shown)} of ` : ""}${counted(sum.delivered, "event")} in ${seconds.toFixed(1)} s`,
    sum.lost === 0 ? "none lost" : lossesText(tallies),
  ];
  if (sum.omitted > 0) parts.push(`${groupedText(sum.omitted)} omitted by the limits`);
  if (sum.undecided > 0)
    parts.push(`${groupedText(sum.undecided)} whose filter could not be decided`);
  if (sum.truncated > 0) parts.push(`${groupedText(sum.truncated)} cut`);
  if (sum.unreadable > 0) parts.push(`${groupedText(sum.unreadable)} with unreadable fields`);
  const text = parts.join(", ");
  return isTraced ? `${text}; ${costText(hits ?? hitsOf(sum), cost, seconds)}` : text;
}

/** The totals as a line of JSON. */
export function totalsJson(totals: TraceTotals): string {
  return jsonLine("corelens:totals", totalsMembers(totals));
}

/** The totals under their names in JSON. */
export function totalsMembers({ tallies, cost, seconds }: TraceTotals): Record<string, unknown> {
  return {
    seconds: rounded(seconds, 6),
    ...totals(sumOf(tallies)),
    nanoseconds_per_hit: cost && rounded(cost.nanosecondsPerHit, 1),
    tracepoints: Object.fromEntries(
      [...tallies]
        .filter(([, tally]) => !isIdle(tally))
        .map(([name, tally]) => [name, totals(tally)]),
    ),
  };
}

/** The members `omitted` and `undecided` are left out when they are 0. */
function totals({ omitted, undecided, ...others }: LossCounters): Record<string, number> {
  return {
    ...others,
    ...(omitted > 0 && { omitted }),
    ...(undecided > 0 && { undecided }),
  };
}

function isIdle(tally: LossCounters): boolean {
  return hitsOf(tally) === 0;
}

function lossesText(tallies: ReadonlyMap<string, LossCounters>): string {
  const losses = [...tallies].filter(([, { lost }]) => lost > 0);
  return `LOST ${losses.map(([name, { lost }]) => `${groupedText(lost)} of ${name}`).join(", ")}`;
}

/** `cost the node … ns a hit, … % of a core` */
export function costText(hits: number, cost: Cost | null, seconds: number): string {
  if (hits === 0) return "no tracepoint fired";
  if (cost === null) return "the cost to the node could not be measured";
  const share = (cost.nanosecondsPerHit * hits) / (seconds * 1e9);
  const hit = groupedText(Math.round(cost.nanosecondsPerHit));
  return `cost the node ${hit} ns a hit, ${percentText(share)} of a core`;
}
