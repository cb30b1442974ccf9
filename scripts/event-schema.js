/**
 * docs/events.schema.json: the lines of `trace --json` as JSON Schema, from the contract and from IPC's table of events.
 * Fields are optional, since `--fields` chooses among them, and null when their memory could not be read.
 */

const INTEGER = { type: ["integer", "null"] };
/** A string of digits where JSON's readers would round the number. */
const LONG_INTEGER = { type: ["integer", "string", "null"], pattern: "^-?[0-9]+$" };

const TYPES = {
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
  node: { type: "integer", description: "Process id of the node." },
  truncated: NAMES,
  unreadable: NAMES,
};

/** Where tracepoints and IPC are one stream. */
const MERGED = {
  sources: { type: "array", items: { enum: ["usdt", "ipc"] }, description: "Who told of it." },
  late: { const: true, description: "The other source's view came too late to be part of it." },
};
const IPC_KTIME = { ...LONG_INTEGER, description: "When IPC told of it, in ktime's clock." };

/**
 * @param tracepoints the contract's entries by name
 * @param ipc `events` of IPC by name, and their `twins` by tracepoint
 */
export function eventSchema(tracepoints, { events, twins }) {
  const kinds = [
    ...[...tracepoints].map(([name, { summary, layouts }]) => {
      const twin = twins[name];
      const added = twin ? events[twin.ipc].fields : [];
      // The tracepoint's word comes first.
      const fields = fieldsOf([{ fields: added }, ...layouts]);
      return kind(name, summary, fields, twin ? { ipc_ktime: IPC_KTIME } : {});
    }),
    ...Object.entries(events).map(([name, { summary, fields }]) => kind(name, summary, fields)),
  ];
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "A line of corelens trace --json, of a tracepoint in Bitcoin Core's contract or of IPC",
    oneOf: kinds,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function kind(name, summary, fields, more = {}) {
  return {
    description: summary,
    type: "object",
    required: ["tracepoint", "time", "ktime", "tid", "thread", "cpu", "node"],
    properties: {
      tracepoint: { const: name },
      ...ENVELOPE,
      ...MERGED,
      ...more,
      ...Object.fromEntries(fields.map((field) => [field.name, property(field)])),
    },
    additionalProperties: false,
  };
}

/** Of all layouts, each name once, the newest layout's first. */
function fieldsOf(layouts) {
  const fields = new Map();
  for (const layout of [...layouts].reverse()) {
    for (const field of layout.fields) {
      if (!fields.has(field.name)) fields.set(field.name, field);
    }
  }
  return [...fields.values()];
}

function property({ type, unit, values, meaning }) {
  const description = unit ? `${meaning} In ${unit}.` : meaning;
  // An enumeration's value has a name, or is the number where this release has no name for it.
  const form = values ? { type: ["string", "integer", "null"] } : TYPES[type];
  return { description, ...form };
}
