import { TRACEPOINTS } from "#src/contract/contract.js";
import type { Field, FieldType, Layout } from "#src/contract/types.js";
import {
  ADDED_MEMBERS,
  COMMAND_LINES,
  type LineKind,
  type MemberType,
  NOTICES,
  STREAM_LINES,
} from "#src/event/line-members.js";
import { IPC_EVENTS } from "#src/node/ipc/events.js";
import {
  EQUIVALENT_EVENTS,
  type EquivalentEvent,
} from "#src/session/source/merged/equivalent-events.js";

/** A JSON Schema. */
type Schema = Readonly<Record<string, unknown>>;

const INTEGER = { type: ["integer", "null"] };
/** A string of digits where JSON's readers would round the number. */
const LONG_INTEGER = { type: ["integer", "string", "null"], pattern: "^-?[0-9]+$" };

const TYPES: Readonly<Partial<Record<FieldType, Schema>>> = {
  int64: LONG_INTEGER,
  uint64: LONG_INTEGER,
  int32: INTEGER,
  uint32: INTEGER,
  int16: INTEGER,
  uint16: INTEGER,
  int8: INTEGER,
  uint8: INTEGER,
  bool: { type: ["boolean", "null"] },
  string: { type: ["string", "null"] },
  hash: { type: ["string", "null"], pattern: "^[0-9a-f]{64}$" },
  bytes: { type: ["string", "null"], pattern: "^([0-9a-f]{2})*$" },
};

const NAMES = { type: "array", items: { type: "string" } };

/** What every event carries; docs/events.md says more. */
const ENVELOPE = {
  time: { type: "string", format: "date-time" },
  ktime: { ...LONG_INTEGER, description: "Nanoseconds since boot." },
  tid: { type: "integer" },
  thread: { type: ["string", "null"] },
  cpu: { type: "integer" },
  pid: { type: "integer", description: "Id of the process that passed the tracepoint." },
  truncated: NAMES,
  unreadable: NAMES,
};

/** Where tracepoints and IPC are one stream. */
const MERGED = {
  sources: { type: "array", items: { enum: ["usdt", "ipc"] }, description: "Who told of it." },
  late: { const: true, description: "The other source's view came too late to be part of it." },
};
const IPC_KTIME = { ...LONG_INTEGER, description: "When IPC told of it, in ktime's clock." };

const EQUIVALENT: Readonly<Record<string, EquivalentEvent>> = EQUIVALENT_EVENTS;

/**
 * docs/events.schema.json: the lines that commands print with --json as JSON Schema, from the contract, the table of
 * IPC's events and that of corelens' own lines.
 * Fields are optional, because `--fields` chooses among them, and null when their memory could not be read.
 */
export function eventSchema(): string {
  const kinds = [
    ...[...TRACEPOINTS].map(([name, { summary, layouts }]) => {
      const equivalent = EQUIVALENT[name];
      const added = equivalent ? IPC_EVENTS[equivalent.ipc].fields : [];
      // Where both have a field, the tracepoint's description comes first.
      const fields = fieldsOf([{ fields: added }, ...layouts]);
      return kind(name, summary, fields, equivalent ? { ipc_ktime: IPC_KTIME } : {});
    }),
    ...Object.entries(IPC_EVENTS).map(([name, { summary, fields }]) => kind(name, summary, fields)),
    ...Object.entries<LineKind>({ ...NOTICES, ...STREAM_LINES }).map(ownLine),
    ...Object.entries(COMMAND_LINES).map(commandLine),
  ];
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title:
      "A line of JSON that corelens prints: an event of Bitcoin Core's contract or of IPC, or a line of corelens",
    oneOf: kinds,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function kind(name: string, summary: string, fields: readonly Field[], more: Schema = {}): Schema {
  return {
    description: summary,
    type: "object",
    required: ["tracepoint", "time", "ktime", "tid", "thread", "cpu", "pid"],
    properties: {
      tracepoint: { const: name },
      ...ENVELOPE,
      ...MERGED,
      ...more,
      ...membersOf(ADDED_MEMBERS[name.split(":")[0]!] ?? {}),
      ...Object.fromEntries(fields.map((field) => [field.name, property(field)])),
    },
    additionalProperties: false,
  };
}

const MEMBERS: Readonly<Record<MemberType, Schema>> = {
  text: { type: "string" },
  "text?": { type: "string" },
  "text|null?": { type: ["string", "null"] },
  integer: { type: "integer" },
  "integer?": { type: "integer" },
  "integer|null": { type: ["integer", "null"] },
  number: { type: "number" },
  "number|null": { type: ["number", "null"] },
  names: NAMES,
  integers: { type: "array", items: { type: "integer" } },
  object: { type: "object" },
};

function membersOf(members: Readonly<Record<string, MemberType>>): Schema {
  return Object.fromEntries(Object.entries(members).map(([name, type]) => [name, MEMBERS[type]]));
}

/** A notice, or another line that corelens adds to a stream. */
function ownLine([name, { summary, members }]: [string, LineKind]): Schema {
  const required = Object.entries(members).filter(([, type]) => !type.endsWith("?"));
  return {
    description: summary,
    type: "object",
    required: ["tracepoint", ...required.map(([member]) => member)],
    properties: {
      tracepoint: { const: name },
      time: ENVELOPE.time,
      ...Object.fromEntries(
        Object.entries(members).map(([member, type]) => [member, MEMBERS[type]]),
      ),
    },
    additionalProperties: false,
  };
}

function commandLine([name, summary]: [string, string]): Schema {
  return {
    description: summary,
    type: "object",
    required: ["tracepoint"],
    properties: { tracepoint: { const: name }, time: ENVELOPE.time },
    propertyNames: { pattern: "^[a-z][a-z0-9_]*$" },
  };
}

/** The fields of all layouts, each name once, the newest layout's first. */
function fieldsOf(layouts: readonly Pick<Layout, "fields">[]): Field[] {
  const fields = new Map<string, Field>();
  for (const layout of layouts.toReversed()) {
    for (const field of layout.fields) {
      if (!fields.has(field.name)) fields.set(field.name, field);
    }
  }
  return [...fields.values()];
}

function property({ type, unit, values, meaning }: Field): Schema {
  const description = unit ? `${meaning} In ${unit}.` : meaning;
  // An enumeration's value has a name, or is the number where this release has no name for it.
  const form = values ? { type: ["string", "integer", "null"] } : TYPES[type];
  return { description, ...form };
}
