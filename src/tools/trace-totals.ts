import { counted } from "../counted.ts";
import { groupedText, percentText } from "../format.ts";
import type { Cost } from "../session/cost-meter.ts";
import { added, NOTHING, type Tally } from "../tracer/tally.ts";

/** What a trace amounted to. */
export interface TraceTotals {
  readonly tallies: ReadonlyMap<string, Tally>;
  readonly cost: Cost | null;
  readonly seconds: number;
  /** Events that were printed; fewer than were delivered when only some were asked for. */
  readonly shown: number;
}

/** One line for people: `412 events in 10.0 s, none lost; … ns a hit (… % of one core)`. */
export function totalsText({ tallies, cost, seconds, shown }: TraceTotals): string {
  const sum = sumOf(tallies);
  const parts = [
    `${shown < sum.delivered ? `${groupedText(shown)} of ` : ""}${counted(sum.delivered, "event")} in ${seconds.toFixed(1)} s`,
    sum.lost === 0 ? "none lost" : lossesText(tallies),
  ];
  if (sum.leftOut > 0) parts.push(`${groupedText(sum.leftOut)} left out as asked for`);
  if (sum.truncated > 0) parts.push(`${groupedText(sum.truncated)} cut`);
  if (sum.unreadable > 0) parts.push(`${groupedText(sum.unreadable)} with unreadable fields`);
  return `${parts.join(", ")}; ${costText(sum.delivered + sum.lost + sum.leftOut, cost, seconds)}`;
}

/** The same as an event of the stream, for machines. */
export function totalsEvent({ tallies, cost, seconds }: TraceTotals): Record<string, unknown> {
  return {
    tracepoint: "corelens:totals",
    seconds,
    ...totals(sumOf(tallies)),
    nanoseconds_per_hit: cost?.nanosecondsPerHit ?? null,
    tracepoints: Object.fromEntries(
      [...tallies]
        .filter(([, tally]) => !isIdle(tally))
        .map(([name, tally]) => [name, totals(tally)]),
    ),
  };
}

/** As it is named in JSON; what was left out only where somebody asked for that. */
function totals({ leftOut, ...others }: Tally): Record<string, number> {
  return leftOut > 0 ? { ...others, left_out: leftOut } : others;
}

function sumOf(tallies: ReadonlyMap<string, Tally>): Tally {
  return [...tallies.values()].reduce(added, NOTHING);
}

function isIdle({ delivered, lost, leftOut }: Tally): boolean {
  return delivered + lost + leftOut === 0;
}

function lossesText(tallies: ReadonlyMap<string, Tally>): string {
  const losses = [...tallies].filter(([, { lost }]) => lost > 0);
  return `LOST ${losses.map(([name, { lost }]) => `${groupedText(lost)} of ${name}`).join(", ")}`;
}

/** `cost the node … ns a hit, … % of a core` */
export function costText(hits: number, cost: Cost | null, seconds: number): string {
  if (hits === 0) return "the node was not touched";
  if (cost === null) return "what it cost the node could not be measured";
  const share = (cost.nanosecondsPerHit * hits) / (seconds * 1e9);
  const hit = groupedText(Math.round(cost.nanosecondsPerHit));
  return `cost the node ${hit} ns a hit, ${percentText(share)} of a core`;
}
