import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { record, SIMULATED_KINDS, simulatedEvents } from "../recording/recordings.ts";
import { corelens } from "./run-command.ts";

interface LineSchema {
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly additionalProperties?: boolean;
}

const FILE = new URL("../../docs/events.schema.json", import.meta.url);
const SCHEMAS = new Map(
  (JSON.parse(readFileSync(FILE, "utf8")).oneOf as LineSchema[]).map((schema) => [
    schema.properties.tracepoint!.const as string,
    schema,
  ]),
);

/** Commands that print a stream of a recording. */
const STREAMS: readonly (readonly string[])[] = [
  ["replay", "RECORDING", "--speed", "max"],
  ["trace", "--from", "RECORDING", "--fields", "*"],
  ["export", "RECORDING"],
  ["count", "net:*", "--from", "RECORDING", "--by", "msg_type", "--mean", "size", "--every", "5s"],
  ["p2p-traffic", "--from", "RECORDING"],
  ["p2p-connections", "--from", "RECORDING"],
  ["p2p-messages", "--from", "RECORDING"],
  ["mempool-monitor", "--from", "RECORDING", "--speed", "max"],
  ["utxos", "--from", "RECORDING"],
  ["utxocache-flushes", "--from", "RECORDING"],
  ["timeline", "--from", "RECORDING"],
];

let directory = "";
let recording = "";

describe("JSON of every command", () => {
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "corelens-json-"));
    recording = join(directory, "node.corelens");
    await record(recording, SIMULATED_KINDS, simulatedEvents(3000));
  });

  afterAll(() => rmSync(directory, { recursive: true }));

  const run = (args: readonly string[]) =>
    corelens(...args.map((arg) => (arg === "RECORDING" ? recording : arg)), "--json");

  it.each(STREAMS)("%s prints a stream of lines that the schema describes", async (...args) => {
    const { stdout, status } = await run(args);
    expect(status).toBe(0);
    const lines: Record<string, unknown>[] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.length).toBeGreaterThan(1);
    expect(lines[0]).toEqual({
      tracepoint: "corelens:stream",
      schema: 2,
      corelens: expect.any(String),
      command: args[0],
    });
    for (const line of lines) expect(flawsOf(line)).toEqual([]);
  });

  it.each([
    ["info", "RECORDING"],
    ["export", "RECORDING", "--csv", "tables"],
  ])("%s prints a document with a schema", async (...args) => {
    const { stdout, status } = await run(
      args.map((arg) => (arg === "tables" ? join(directory, arg) : arg)),
    );
    expect(status).toBe(0);
    const document = JSON.parse(stdout);
    expect(document.schema).toBe(2);
    expect(valueFlaws("", document)).toEqual([]);
  });
});

/** What is against the schema or the rules of all JSON. */
function flawsOf(line: Record<string, unknown>): string[] {
  const name = String(line.tracepoint);
  const schema = SCHEMAS.get(name);
  if (schema === undefined) return [`${name} is not in the schema`];
  const missing = schema.required.filter((member) => !(member in line));
  const unknown = Object.keys(line).filter((member) => !(member in schema.properties));
  return [
    ...missing.map((member) => `${name} lacks ${member}`),
    ...(schema.additionalProperties === false
      ? unknown.map((member) => `${name} has ${member}`)
      : []),
    ...Object.entries(line)
      .filter(([member, value]) => !isOfType(schema.properties[member], value))
      .map(([member]) => `${member} of ${name} has another type`),
    ...valueFlaws(name, line),
  ];
}

function isOfType(schema: Readonly<Record<string, unknown>> | undefined, value: unknown): boolean {
  const types = [schema?.type ?? []].flat();
  if (types.length === 0) return true;
  const type = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  return types.includes(type) || (type === "number" && types.includes("integer"));
}

/** Names of data: messages, reasons, tracepoints and terms as they were asked for. */
const isDataName = (path: string): boolean =>
  /(tracepoints|notices|sum|min|mean|max|misbehaviour|reasons|modes|key|message|removal_\w+)$/.test(
    path,
  );

function valueFlaws(path: string, value: unknown): string[] {
  if (typeof value === "number") {
    return String(value).replace(/\D/g, "").length > 16 ? [`${path}: ${value} has noise`] : [];
  }
  if (typeof value === "string") {
    const isTime = /(^|[._])(time|since|first|last)$/.test(path);
    return isTime && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(value)
      ? [`${path}: ${value} is not a time`]
      : [];
  }
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((each) => valueFlaws(path, each));
  return Object.entries(value).flatMap(([name, each]) => [
    ...(isDataName(path) || /^[a-z][a-z0-9_]*$/.test(name) ? [] : [`${path} has ${name}`]),
    ...valueFlaws(`${path}.${name}`, each),
  ]);
}
