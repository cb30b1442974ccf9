import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

/** The rules of the JSON of all commands: docs/events.schema.json, and rules that a schema cannot express. */

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { "date-time": TIME } });

const FILE = new URL("../../docs/events.schema.json", import.meta.url);
const LINES = new Map<unknown, ValidateFunction>(
  JSON.parse(readFileSync(FILE, "utf8")).oneOf.map(
    (schema: { properties: { tracepoint: { const: string } } }) => [
      schema.properties.tracepoint.const,
      ajv.compile(schema),
    ],
  ),
);

type Members = Readonly<Record<string, unknown>>;

/** The violations of a line of a stream. */
export function lineFlaws(line: Members): string[] {
  const name = String(line.tracepoint);
  const validate = LINES.get(line.tracepoint);
  if (validate === undefined) return [`${name} is not in the schema`];
  const errors = validate(line) ? [] : validate.errors!;
  const texts = errors.map(({ instancePath, message, params }) => {
    return `${name}${instancePath} ${message} ${JSON.stringify(params)}`;
  });
  return [...texts, ...valueFlaws(name, line)];
}

/** The violations of a document. */
export function documentFlaws({ schema, ...document }: Members): string[] {
  const flaws = valueFlaws("", document);
  return schema === 2 ? flaws : [`${schema} is not the schema's number`, ...flaws];
}

/** Objects whose names are data: tracepoints, terms of a query, message types, reasons, numbers. */
const BY_DATA =
  /(tracepoints|notices|sum|min|mean|max|misbehaviour|reasons|modes|key|removal_\w+|by_type|values|exit_statuses)$/;
const TIMES = /(^|[._])(time|since|until|created|first|last|read_at\.\w+|last_(sent|received))$/;

function valueFlaws(path: string, value: unknown): string[] {
  // A decoded message has the times of its protocol.
  if (path.endsWith("_message.message")) return [];
  const isTime = TIMES.test(path);
  if (typeof value === "number") {
    const digits = String(value).replace(/\D|^0[.0]*/g, "").length;
    // Fields of tracepoints have the units of the contract.
    if (isTime && value > 1e9 && !/^(?!corelens:)\w+:/.test(path))
      return [`${path}: ${value} is not text`];
    return digits > 16 ? [`${path}: ${value} has noise`] : [];
  }
  if (typeof value === "string") {
    return isTime && !TIME.test(value) ? [`${path}: ${value} is not a time`] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((each) => valueFlaws(path, each));
  return Object.entries(value).flatMap(([name, each]) => [
    ...(BY_DATA.test(path) || /^[a-z][a-z0-9_]*$/.test(name) ? [] : [`${path} has ${name}`]),
    ...valueFlaws(`${path}.${name}`, each),
  ]);
}
