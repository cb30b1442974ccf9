import { TRACEPOINTS } from "../../contract/contract.ts";
import { ownTracepoint } from "../../contract/own-contract.ts";
import type { RecognisedTracepoint } from "../../contract/recognise.ts";
import type { Field } from "../../contract/types.ts";
import { CorelensError } from "../../errors.ts";
import { nearest, suggestion } from "../../util/nearest.ts";
import { asksFor, type FieldRequest, parseFieldRequest, retyped } from "./field-request.ts";

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
    const found = chooseTracepoints(available, patterns);
    if (found.some(isUnderstood)) return;
    if (found[0]) throw layoutUnknown(found[0]);
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
  for (const { tracepoint, name } of (fields ?? []).map(parseFieldRequest)) {
    if (tracepoint !== null && !chosen.some((each) => each.name === tracepoint)) {
      throw new CorelensError(
        "FIELD_UNKNOWN",
        `${tracepoint} is none of the chosen tracepoints`,
        suggestion(nearest(tracepoint, names), "`corelens list` shows those the target has"),
      );
    }
    if (name === "*" || known.has(name)) continue;
    throw new CorelensError(
      "FIELD_UNKNOWN",
      `no chosen tracepoint has a field ${name}`,
      suggestion(nearest(name, known), `fields: ${[...known].join(", ")}`),
    );
  }
}

/** A tool knows fields by their names: it can do nothing with arguments that nobody has named. */
function isUnderstood({ status }: RecognisedTracepoint): boolean {
  return status !== "drift";
}

/** Why a tool can do nothing with some of the tracepoints that it asks for, or not all that it does elsewhere. */
export function notUnderstood(
  available: readonly RecognisedTracepoint[],
  { patterns, fields, anyOf = false }: Selection,
): CorelensError[] {
  if (!anyOf) return [];
  return chooseTracepoints(available, patterns).flatMap((tracepoint) => {
    if (!isUnderstood(tracepoint)) return [layoutUnknown(tracepoint)];
    const lacking = lackingFields(tracepoint).filter(
      (name) => fields === null || fields.includes("*") || fields.includes(name),
    );
    if (lacking.length === 0) return [];
    const what = `the contract file gives ${tracepoint.name} no ${lacking.join(", ")}`;
    return [new CorelensError("LAYOUT_UNKNOWN", `${what}: what needs them is missing`)];
  });
}

/** Fields that Bitcoin Core's tracepoint has, and the one of a contract file lacks. */
function lackingFields({ name, fields }: RecognisedTracepoint): string[] {
  if (ownTracepoint(name) === undefined) return [];
  const named = new Set(fields.map((field) => field.name));
  return currentFields(name)
    .map((field) => field.name)
    .filter((field) => !named.has(field));
}

/** Those of the newest release of Bitcoin Core. */
function currentFields(name: string): readonly Field[] {
  return TRACEPOINTS.get(name)?.layouts.find(({ until }) => until === null)?.fields ?? [];
}

/** `net:inbound_message passes (uint64, int64), in place of (peer_id int64, address string, …)` */
function layoutUnknown({ name, fields }: RecognisedTracepoint): CorelensError {
  const own = ownTracepoint(name);
  const passed = fields.map(({ type }) => type).join(", ");
  const wanted = own?.fields ?? currentFields(name);
  const expected = wanted.map((field) => `${field.name} ${field.type}`).join(", ");
  return new CorelensError(
    "LAYOUT_UNKNOWN",
    `${name} of this program passes (${passed}), in place of (${expected})${own ? " of the contract file" : ""}`,
    own ? "`corelens check --contract FILE` names each difference" : undefined,
  );
}

/** `nodes of v29 or later have them; ` */
function releasesWith(names: readonly string[]): string {
  const first = names.flatMap((name) => TRACEPOINTS.get(name)?.layouts[0]?.since ?? []);
  return first.length === 0 ? "" : `nodes of v${Math.min(...first)} or later have them; `;
}

/** What the selection means among the tracepoints of one file. */
export function select(
  available: readonly RecognisedTracepoint[],
  { patterns, fields, except = [], anyOf = false }: Selection,
): ChosenTracepoint[] {
  const requests = fields?.map(parseFieldRequest);
  const chosen = chooseTracepoints(available, patterns);
  const wanted = chosen.filter(
    (tracepoint) => !except.includes(tracepoint.name) && (!anyOf || isUnderstood(tracepoint)),
  );
  return wanted.map((tracepoint) => ({
    tracepoint,
    fields: requests ? retyped(tracepoint.name, tracepoint.fields, requests) : tracepoint.fields,
    wanted: wantedFields(tracepoint, requests),
  }));
}

function wantedFields(
  { name: tracepoint, fields }: RecognisedTracepoint,
  requests: readonly FieldRequest[] | undefined,
): Set<string> {
  const isWanted = ({ name, type }: Field) =>
    requests ? requests.some((each) => asksFor(each, tracepoint, name)) : type !== "bytes";
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
