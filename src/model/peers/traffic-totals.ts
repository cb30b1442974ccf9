import { NET } from "../../contract/net.ts";
import { CorelensError } from "../../errors.ts";
import type { RawEvent } from "../../event/event.ts";
import { messageOf } from "../../event/message.ts";
import { presentName } from "../../query/scope.ts";
import { fieldText } from "../../text/event-fields.ts";
import { OTHER, plainName } from "../../util/bounded-map.ts";
import { nearest, suggestion } from "../../util/nearest.ts";

/** Messages in one direction and the bytes of their payloads. */
export interface FlowTotal {
  messages: number;
  bytes: number;
}

/** Messages with the same values of some fields. */
export interface TrafficGroup {
  /** One for each field, for people. */
  readonly values: readonly string[];
  /** The values by their fields' names, for programs. */
  readonly identity: Readonly<Record<string, unknown>>;
  readonly inbound: FlowTotal;
  readonly outbound: FlowTotal;
}

/** Peers choose message types and addresses, so all groups beyond this number share one. */
const MAX_GROUPS = 10_000;

/** Totals of messages by the values of fields, in both directions. */
export class TrafficTotals {
  readonly fields: readonly string[];
  readonly #groups = new Map<string, TrafficGroup>();

  /** @throws CorelensError FIELD_UNKNOWN */
  constructor(fields: readonly string[]) {
    this.fields = fields.map((field) => presentName(field, []));
    for (const field of this.fields) checkField(field);
  }

  add(event: RawEvent): void {
    const message = messageOf(event);
    if (message === null) return;
    const group = this.#groupOf(event);
    const total = message.direction === "in" ? group.inbound : group.outbound;
    total.messages++;
    total.bytes += message.size;
  }

  /** Most bytes first. */
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
    const others = values.map(() => OTHER);
    return this.get(others) ?? this.#begin(others, () => plainName(OTHER));
  }

  #begin(values: readonly string[], identify: (field: string) => unknown): TrafficGroup {
    const identity = Object.fromEntries(this.fields.map((field) => [field, identify(field)]));
    const group = { values, identity, inbound: noTraffic(), outbound: noTraffic() };
    this.#groups.set(values.join(SEPARATOR), group);
    return group;
  }
}

/** Printed text has no control characters, so no value contains it. */
const SEPARATOR = "\0";

function noTraffic(): FlowTotal {
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
