import { jsonLine } from "../../event/json.ts";
import type { TrafficGroup, TrafficTotals } from "../../model/peers/traffic-totals.ts";
import type { LineStyle } from "../../text/line-tool.ts";
import { printable } from "../../text/printable.ts";
import { table } from "../../text/table.ts";
import { trafficJson } from "./traffic-summary.ts";

/** A recording's traffic and duration. */
export interface TrafficOfTime {
  readonly name: string;
  readonly totals: TrafficTotals;
  /** From the first to the last event. If it is 0, the rates are unknown. */
  readonly seconds: number;
}

/**
 * Two recordings side by side, as rates, so that their durations may differ:
 *
 *     A  before.corelens, 600.0 s
 *     B  after.corelens, 598.2 s
 *
 *     MSG_TYPE  IN A B/s  B B/s      %  OUT A B/s  B B/s      %  BOTH A B/s   B B/s      %
 *     inv          412.0  102.3  -75.2      380.1  201.0  -47.1       792.1   303.3  -61.7
 */
export function comparisonTable(a: TrafficOfTime, b: TrafficOfTime, { paint }: LineStyle): string {
  const fields = a.totals.fields;
  const headings = [
    ...fields.map((field) => field.toUpperCase()),
    ...["IN", "OUT", "BOTH"].flatMap((way) => [`${way} A B/s`, `B B/s`, "%"]),
  ];
  const row = (values: readonly string[], ofA: Side, ofB: Side): string[] => [
    ...values,
    ...ratesOf(ofA, ofB).flatMap(([before, after]) => [
      rateText(before),
      rateText(after),
      changeText(before, after),
    ]),
  ];
  const rows = groupsOf(a, b).map(({ values }) =>
    row(values, [a, a.totals.get(values)], [b, b.totals.get(values)]),
  );
  rows.push(row(a.totals.all.values, [a, a.totals.all], [b, b.totals.all]));
  const heads = [a, b].map(
    ({ name, seconds }, i) => `${"AB"[i]}  ${printable(name)}, ${seconds.toFixed(1)} s\n`,
  );
  return `${heads.join("")}\n${table(headings, rows, { texts: fields.length, paint })}`;
}

/** The counts as JSON: one object for each group. */
export function comparisonJson(a: TrafficOfTime, b: TrafficOfTime): string {
  const lines = groupsOf(a, b).map(({ values, identity }) =>
    jsonLine("corelens:traffic_comparison", {
      ...identity,
      a: countsOf(a, values),
      b: countsOf(b, values),
    }),
  );
  return lines.join("");
}

function countsOf({ totals, seconds }: TrafficOfTime, values: readonly string[]) {
  return { seconds, ...trafficJson(totals.get(values)) };
}

/** The rates of A and B in bytes per second; null if unknown. */
type Rates = readonly [a: number | null, b: number | null];

/** All groups of A and B. */
function groupsOf(a: TrafficOfTime, b: TrafficOfTime): TrafficGroup[] {
  return [...a.totals.groups, ...b.totals.groups.filter(({ values }) => !a.totals.get(values))];
}

type Side = readonly [TrafficOfTime, TrafficGroup | undefined];

/** In, out, and both together. */
function ratesOf(a: Side, b: Side): readonly Rates[] {
  const rates = (bytes: (group: TrafficGroup) => number): Rates => [rate(a, bytes), rate(b, bytes)];
  return [
    rates(({ inbound }) => inbound.bytes),
    rates(({ outbound }) => outbound.bytes),
    rates(({ inbound, outbound }) => inbound.bytes + outbound.bytes),
  ];
}

function rate([{ seconds }, group]: Side, bytes: (group: TrafficGroup) => number): number | null {
  if (seconds === 0) return null;
  return group === undefined ? 0 : bytes(group) / seconds;
}

function rateText(rate: number | null): string {
  return rate === null ? "?" : rate.toFixed(1);
}

/** `+12.5`, in percent of A. */
function changeText(a: number | null, b: number | null): string {
  if (a === null || b === null || a === b) return "-";
  if (a === 0) return "new";
  const change = ((b - a) / a) * 100;
  return `${change > 0 ? "+" : ""}${change.toFixed(1)}`;
}
