import { TRACEPOINTS } from "../contract/contract.ts";
import type { RecognisedTracepoint } from "../contract/recognise.ts";
import type { Field, FieldType } from "../contract/types.ts";
import { CorelensError } from "../errors.ts";
import { nearest, suggestion } from "../nearest.ts";

/** What the user wants to see: which tracepoints, and which of their fields. */
export interface Selection {
  /** Names, in which `*` stands for any text; all tracepoints of a node when empty. */
  readonly patterns: readonly string[];
  /**
   * Names of fields; `*` for all of them, null for all but payloads, which can be large. A field that the
   * contract does not know can be given a type: `arg0:string`.
   */
  readonly fields: readonly string[] | null;
  /**
   * It is enough when there is one of the tracepoints: a tool works with those that the node's release has. Their
   * fields may be lacking too.
   */
  readonly anyOf?: boolean;
  /** Names of tracepoints that are left out whatever the patterns say. */
  readonly except?: readonly string[];
}

/** A tracepoint that was chosen, with its fields as they are to be read. */
export interface ChosenTracepoint {
  readonly tracepoint: RecognisedTracepoint;
  /** All arguments in order. */
  readonly fields: readonly Field[];
  /** Names of those to read. */
  readonly wanted: ReadonlySet<string>;
}

/**
 * Refuses names that nothing available has.
 * @throws CorelensError TRACEPOINT_UNKNOWN, FIELD_UNKNOWN: with what was probably meant
 */
export function checkSelection(
  available: readonly RecognisedTracepoint[],
  { patterns, fields, anyOf = false }: Selection,
): void {
  const names = available.map(({ name }) => name);
  const isThere = (pattern: string) => names.some((name) => matches(pattern, name));
  if (anyOf) {
    if (patterns.some(isThere)) return;
    throw new CorelensError(
      "TRACEPOINT_UNKNOWN",
      `the target has no tracepoint ${patterns.join(", ")}`,
      `${releasesWith(patterns)}\`corelens list\` shows those it has`,
    );
  }
  for (const pattern of patterns) {
    if (isThere(pattern)) continue;
    throw new CorelensError(
      "TRACEPOINT_UNKNOWN",
      `the target has no tracepoint ${pattern}`,
      suggestion(nearest(pattern, names), "`corelens list` shows those it has"),
    );
  }
  const chosen = chooseTracepoints(available, patterns);
  const known = new Set(chosen.flatMap((tracepoint) => tracepoint.fields.map(({ name }) => name)));
  for (const { name } of (fields ?? []).map(parseFieldRequest)) {
    if (name === "*" || known.has(name)) continue;
    throw new CorelensError(
      "FIELD_UNKNOWN",
      `no chosen tracepoint has a field ${name}`,
      suggestion(nearest(name, known), `fields: ${[...known].join(", ")}`),
    );
  }
}

/** `nodes of v29 or later have them; ` */
function releasesWith(names: readonly string[]): string {
  const first = names.flatMap((name) => TRACEPOINTS.get(name)?.layouts[0]?.since ?? []);
  return first.length === 0 ? "" : `nodes of v${Math.min(...first)} or later have them; `;
}

/** What the selection means among the tracepoints of one file. */
export function select(
  available: readonly RecognisedTracepoint[],
  { patterns, fields, except = [] }: Selection,
): ChosenTracepoint[] {
  const requests = fields?.map(parseFieldRequest);
  const chosen = chooseTracepoints(available, patterns);
  const wanted = chosen.filter(({ name }) => !except.includes(name));
  return wanted.map((tracepoint) => ({
    tracepoint,
    fields: requests
      ? tracepoint.fields.map((field) => retyped(field, requests))
      : tracepoint.fields,
    wanted: wantedFields(tracepoint.fields, requests),
  }));
}

function wantedFields(
  fields: readonly Field[],
  requests: readonly FieldRequest[] | undefined,
): Set<string> {
  const asked = new Set(requests?.map(({ name }) => name));
  const isWanted = ({ name, type }: Field) =>
    requests ? asked.has(name) || asked.has("*") : type !== "bytes";
  return new Set(fields.filter(isWanted).map(({ name }) => name));
}

function chooseTracepoints(
  available: readonly RecognisedTracepoint[],
  patterns: readonly string[],
): RecognisedTracepoint[] {
  if (patterns.length === 0) return [...available];
  return available.filter(({ name }) => patterns.some((pattern) => matches(pattern, name)));
}

/** `net:*_message` matches `net:inbound_message`. */
export function matches(pattern: string, name: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(name);
}

interface FieldRequest {
  readonly name: string;
  readonly type: FieldType | null;
}

const TYPES_TO_ASK_FOR = new Set<string>([
  ...["int64", "uint64", "int32", "uint32", "int16", "uint16", "int8", "uint8"],
  ...["bool", "string", "hash"],
]);

/** `peer_id`, `arg0:string` */
function parseFieldRequest(text: string): FieldRequest {
  const [name = "", type] = text.trim().split(":");
  if (type === undefined) return { name, type: null };
  if (TYPES_TO_ASK_FOR.has(type)) return { name, type: type as FieldType };
  throw new CorelensError(
    "FIELD_UNKNOWN",
    `${text}: there is no type ${type}`,
    suggestion(nearest(type, TYPES_TO_ASK_FOR), `types: ${[...TYPES_TO_ASK_FOR].join(", ")}`),
  );
}

/** Only what the contract does not know can be given another type. */
function retyped(field: Field, requests: readonly FieldRequest[]): Field {
  const type = requests.find(({ name, type }) => name === field.name && type)?.type;
  if (!type) return field;
  if (/^arg\d+$/.test(field.name)) return { ...field, type };
  throw new CorelensError(
    "FIELD_UNKNOWN",
    `${field.name} is known to be of type ${field.type} and cannot be read as ${type}`,
    "leave the type out",
  );
}
