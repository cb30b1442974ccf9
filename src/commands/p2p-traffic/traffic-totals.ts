import { NET } from "../../contract/net.ts";
import { CorelensError } from "../../errors.ts";
import type { RawEvent } from "../../event/event.ts";
import { jsonValue } from "../../event/json.ts";
import { isInbound } from "../../event/message.ts";
import { presentName } from "../../query/scope.ts";
import { fieldText } from "../../text/event-fields.ts";
import type { LineStyle, LineTool } from "../../text/line-tool.ts";
import { table } from "../../text/table.ts";
import { nearest, suggestion } from "../../util/nearest.ts";

/** Messages in one direction, and the bytes of their payloads. */
export interface Traffic {
  messages: number;
  bytes: number;
}

/** What messages with the same values of the fields that are asked for come to. */
export interface TrafficGroup {
  /** One for each field, as people read them. */
  readonly values: readonly string[];
  /** The same by the fields' names, as they came. */
  readonly identity: Readonly<Record<string, unknown>>;
  readonly inbound: Traffic;
  readonly outbound: Traffic;
}

/** Peers choose message types and addresses: beyond so many groups, the others are counted as one. */
const MAX_GROUPS = 10_000;
const OTHERS = "(others)";

/** Traffic by the values of fields, in both directions. */
export class TrafficTotals {
  readonly fields: readonly string[];
  readonly #groups = new Map<string, TrafficGroup>();

  /** @throws CorelensError FIELD_UNKNOWN */
  constructor(fields: readonly string[]) {
    this.fields = fields.map((field) => presentName(field, []));
    for (const field of this.fields) checkField(field);
  }

  add(event: RawEvent): void {
    const group = this.#groupOf(event);
    const traffic = isInbound(event) ? group.inbound : group.outbound;
    traffic.messages++;
    traffic.bytes += Number(event.size ?? 0);
  }

  /** Those with the most bytes first. */
  get groups(): TrafficGroup[] {
    return [...this.#groups.values()].sort((a, b) => bytesOf(b) - bytesOf(a));
  }

  /** All groups together. */
  get all(): TrafficGroup {
    const values = ["all", ...this.fields.slice(1).map(() => "")];
    const all = { values, identity: {}, inbound: noTraffic(), outbound: noTraffic() };
    for (const { inbound, outbound } of this.#groups.values()) {
      all.inbound.messages += inbound.messages;
      all.inbound.bytes += inbound.bytes;
      all.outbound.messages += outbound.messages;
      all.outbound.bytes += outbound.bytes;
    }
    return all;
  }

  /** The group of the same values. */
  get(values: readonly string[]): TrafficGroup | undefined {
    return this.#groups.get(values.join(SEPARATOR));
  }

  #groupOf(event: RawEvent): TrafficGroup {
    const values = this.fields.map((field) => fieldText(event, field));
    const known = this.get(values);
    if (known) return known;
    if (this.#groups.size < MAX_GROUPS) return this.#begin(values, (field) => event[field]);
    const others = values.map(() => OTHERS);
    return this.get(others) ?? this.#begin(others, () => OTHERS);
  }

  #begin(values: readonly string[], identify: (field: string) => unknown): TrafficGroup {
    const identity = Object.fromEntries(this.fields.map((field) => [field, identify(field)]));
    const group = { values, identity, inbound: noTraffic(), outbound: noTraffic() };
    this.#groups.set(values.join(SEPARATOR), group);
    return group;
  }
}

/** Shows nothing but the totals, at the end. */
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

/** Printed text has no control characters, so that none of the values holds it. */
const SEPARATOR = "\0";

function noTraffic(): Traffic {
  return { messages: 0, bytes: 0 };
}

function bytesOf({ inbound, outbound }: TrafficGroup): number {
  return inbound.bytes + outbound.bytes;
}

function checkField(field: string): void {
  const known = [
    ...NET["net:inbound_message"].layouts[0].fields.map(({ name }) => name),
    ...["pid", "thread"],
  ].filter((name) => name !== "payload" && name !== "size");
  if (known.some((name) => name === field)) return;
  throw new CorelensError(
    "FIELD_UNKNOWN",
    `messages cannot be grouped by ${field}`,
    suggestion(nearest(field, known), `group by ${known.join(", ")}`),
  );
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
  const lines = groups.map((group) => ({
    tracepoint: "corelens:traffic",
    ...group.identity,
    ...trafficJson(group),
  }));
  return lines.map((line) => `${JSON.stringify(line, jsonValue)}\n`).join("");
}

/** A group's counts by name; all 0 without one. */
export function trafficJson(group: TrafficGroup | undefined): Record<string, number> {
  return {
    inbound_messages: group?.inbound.messages ?? 0,
    inbound_bytes: group?.inbound.bytes ?? 0,
    outbound_messages: group?.outbound.messages ?? 0,
    outbound_bytes: group?.outbound.bytes ?? 0,
  };
}
