import { jsonValue } from "./event-json.ts";
import { printable } from "./event-text.ts";
import type { LineStyle } from "./line-tool.ts";
import { table } from "./table.ts";
import type { TrafficGroup, TrafficTotals } from "./traffic-totals.ts";

/** A recording's traffic, and the time it took. */
export interface TrafficOfTime {
  readonly name: string;
  readonly totals: TrafficTotals;
  /** May be 0 for a recording of one moment; its rates are then unknown. */
  readonly seconds: number;
}

/**
 * Two recordings side by side, as rates so that they need not be of the same length:
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
  const all = pair(a.totals.all, [a, a.totals.all], [b, b.totals.all]);
  const rows = [...pairs(a, b), all].map(({ values, rates }) => [
    ...values,
    ...rates.flatMap(([before, after]) => [
      rateText(before),
      rateText(after),
      changeText(before, after),
    ]),
  ]);
  const heads = [a, b].map(
    ({ name, seconds }, i) => `${"AB"[i]}  ${printable(name)}, ${seconds.toFixed(1)} s\n`,
  );
  return `${heads.join("")}\n${table(headings, rows, { texts: fields.length, paint })}`;
}

/** The same for programs, one object a group; rates in bytes a second, null when unknown. */
export function comparisonJson(a: TrafficOfTime, b: TrafficOfTime): string {
  const lines = pairs(a, b).map(({ identity, rates: [inbound, outbound] }) => ({
    tracepoint: "corelens:traffic_comparison",
    ...identity,
    inbound_a: inbound[0],
    inbound_b: inbound[1],
    outbound_a: outbound[0],
    outbound_b: outbound[1],
  }));
  return lines.map((line) => `${JSON.stringify(line, jsonValue)}\n`).join("");
}

/** In bytes a second, of A and B; null when unknown. */
type Rates = readonly [a: number | null, b: number | null];

interface Pair extends Pick<TrafficGroup, "values" | "identity"> {
  /** In, out, and both together. */
  readonly rates: readonly [Rates, Rates, Rates];
}

/** Every group that one of the two has. */
function pairs(a: TrafficOfTime, b: TrafficOfTime): Pair[] {
  const onlyInB = b.totals.groups.filter(({ values }) => !a.totals.get(values));
  return [...a.totals.groups, ...onlyInB].map((group) => {
    const { values } = group;
    return pair(group, [a, a.totals.get(values)], [b, b.totals.get(values)]);
  });
}

type Side = readonly [TrafficOfTime, TrafficGroup | undefined];

function pair({ values, identity }: TrafficGroup, a: Side, b: Side): Pair {
  const rates = (bytes: (group: TrafficGroup) => number): Rates => [rate(a, bytes), rate(b, bytes)];
  return {
    values,
    identity,
    rates: [
      rates(({ inbound }) => inbound.bytes),
      rates(({ outbound }) => outbound.bytes),
      rates(({ inbound, outbound }) => inbound.bytes + outbound.bytes),
    ],
  };
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
