import type { RawEvent } from "../../event/event.ts";
import { jsonLine } from "../../event/json.ts";
import { type TrafficGroup, TrafficTotals } from "../../model/peers/traffic-totals.ts";
import type { LineStyle, LineTool } from "../../text/line-tool.ts";
import { table } from "../../text/table.ts";

/** Prints only totals, at the end. */
export class TrafficSummary implements LineTool {
  readonly #totals: TrafficTotals;
  readonly #style: LineStyle;

  /** @throws CorelensError FIELD_UNKNOWN */
  constructor(fields: readonly string[], style: LineStyle) {
    this.#totals = new TrafficTotals(fields);
    this.#style = style;
  }

  print(event: RawEvent): string {
    this.#totals.add(event);
    return "";
  }

  end(): string {
    return this.#style.json ? totalsJson(this.#totals) : totalsTable(this.#totals, this.#style);
  }
}

/**
 *     MSG_TYPE   IN  IN BYTES   IN %  OUT  OUT BYTES  OUT %
 *     inv       412     25014   60.1   96       5856    3.2
 *     all       620     41620  100.0  187     183000  100.0
 */
function totalsTable(totals: TrafficTotals, { paint }: LineStyle): string {
  const { all, groups, fields } = totals;
  const headings = [
    ...fields.map((field) => field.toUpperCase()),
    ...["IN", "IN BYTES", "IN %", "OUT", "OUT BYTES", "OUT %"],
  ];
  const row = ({ values, inbound, outbound }: TrafficGroup): string[] => [
    ...values,
    ...[inbound.messages, inbound.bytes].map(String),
    percent(inbound.bytes, all.inbound.bytes),
    ...[outbound.messages, outbound.bytes].map(String),
    percent(outbound.bytes, all.outbound.bytes),
  ];
  return table(headings, [...groups, all].map(row), { texts: fields.length, paint });
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "-" : ((part / whole) * 100).toFixed(1);
}

function totalsJson({ groups }: TrafficTotals): string {
  const lines = groups.map((group) =>
    jsonLine("corelens:traffic", { ...group.identity, ...trafficJson(group) }),
  );
  return lines.join("");
}

/** A group's counts by name; all are 0 if the group is undefined. */
export function trafficJson(group: TrafficGroup | undefined): Record<string, number> {
  return {
    inbound_messages: group?.inbound.messages ?? 0,
    inbound_bytes: group?.inbound.bytes ?? 0,
    outbound_messages: group?.outbound.messages ?? 0,
    outbound_bytes: group?.outbound.bytes ?? 0,
  };
}
