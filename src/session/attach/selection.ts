import { TRACEPOINTS } from "../../contract/contract.ts";
import { ownTracepoint } from "../../contract/own-contract.ts";
import type { RecognisedTracepoint } from "../../contract/recognise.ts";
import type { Field } from "../../contract/types.ts";
import { CorelensError } from "../../errors.ts";
import { nearest, suggestion } from "../../util/nearest.ts";
import { asksFor, type FieldRequest, parseFieldRequest, retyped } from "./field-request.ts";

/** The tracepoints that a user requests, and their fields. */
export interface Selection {
  /** Names; `*` matches any text. Empty means all tracepoints of a node. */
  readonly patterns: readonly string[];
  /**
   * Names of fields; `*` for all, null for all except payloads, which can be large. An argument that is not in the
   * contract can be given a type: `arg0:string`.
   */
  readonly fields: readonly string[] | null;
  /**
   * True if one of the tracepoints is enough: a tool uses those that the node's release has. They may lack fields,
   * too.
   */
  readonly anyOf?: boolean;
  /** Names of tracepoints to exclude, even if a pattern matches them. */
  readonly except?: readonly string[];
}

/** A chosen tracepoint, with the fields as they will be read. */
export interface ChosenTracepoint {
  readonly tracepoint: RecognisedTracepoint;
  /** All arguments in order. */
  readonly fields: readonly Field[];
  /** Names of the fields to read. */
  readonly wanted: ReadonlySet<string>;
}

/**
 * Rejects unknown names.
 * @throws CorelensError TRACEPOINT_UNKNOWN, FIELD_UNKNOWN, with the nearest name as a suggestion
 */
export function checkSelection(
  available: readonly RecognisedTracepoint[],
  { patterns, fields, anyOf = false }: Selection,
): void {
  const names = available.map(({ name }) => name);
  const isThere = (pattern: string) => names.some((name) => matches(pattern, name));
  if (anyOf) {
    const found = chooseTracepoints(available, patterns);
    if (found.some(isLayoutKnown)) return;
    if (found[0]) throw layoutUnknown(found[0]);
    throw new CorelensError(
      "TRACEPOINT_UNKNOWN",
      `the target has no tracepoint ${patterns.join(", ")}`,
      `${releasesWith(patterns)}\`corelens list\` shows its tracepoints`,
    );
  }
  for (const pattern of patterns) {
    if (isThere(pattern)) continue;
    throw new CorelensError(
      "TRACEPOINT_UNKNOWN",
      `the target has no tracepoint ${pattern}`,
      suggestion(nearest(pattern, names), "`corelens list` shows its tracepoints"),
    );
  }
  const chosen = chooseTracepoints(available, patterns);
  const known = new Set(chosen.flatMap((tracepoint) => tracepoint.fields.map(({ name }) => name)));
  for (const { tracepoint, name } of (fields ?? []).map(parseFieldRequest)) {
    if (tracepoint !== null && !chosen.some((each) => each.name === tracepoint)) {
      throw new CorelensError(
        "FIELD_UNKNOWN",
        `${tracepoint} is not among the chosen tracepoints`,
        suggestion(nearest(tracepoint, names), "`corelens list` shows the target's tracepoints"),
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

/** A tool reads fields by name, so it cannot use a tracepoint whose arguments have no names. */
function isLayoutKnown({ status }: RecognisedTracepoint): boolean {
  return status !== "drift";
}

/** Why a tool cannot use some of its tracepoints, or lacks some of their fields. */
export function layoutProblems(
  available: readonly RecognisedTracepoint[],
  { patterns, fields, anyOf = false }: Selection,
): CorelensError[] {
  if (!anyOf) return [];
  return chooseTracepoints(available, patterns).flatMap((tracepoint) => {
    if (!isLayoutKnown(tracepoint)) return [layoutUnknown(tracepoint)];
    const missing = missingFields(tracepoint).filter(
      (name) => fields === null || fields.includes("*") || fields.includes(name),
    );
    if (missing.length === 0) return [];
    const what = `the contract file does not define ${missing.join(", ")} of ${tracepoint.name}`;
    return [new CorelensError("LAYOUT_UNKNOWN", `${what}; output that needs it is missing`)];
  });
}

/** The fields of Bitcoin Core's tracepoint that the contract file does not define. */
function missingFields({ name, fields }: RecognisedTracepoint): string[] {
  if (ownTracepoint(name) === undefined) return [];
  const named = new Set(fields.map((field) => field.name));
  return currentFields(name)
    .map((field) => field.name)
    .filter((field) => !named.has(field));
}

/** The fields of the newest release of Bitcoin Core. */
function currentFields(name: string): readonly Field[] {
  return TRACEPOINTS.get(name)?.layouts.find(({ until }) => until === null)?.fields ?? [];
}

/** `this program's net:inbound_message passes (uint64, int64) instead of (peer_id int64, address string, …)` */
function layoutUnknown({ name, fields }: RecognisedTracepoint): CorelensError {
  const own = ownTracepoint(name);
  const passed = fields.map(({ type }) => type).join(", ");
  const wanted = own?.fields ?? currentFields(name);
  const expected = wanted.map((field) => `${field.name} ${field.type}`).join(", ");
  return new CorelensError(
    "LAYOUT_UNKNOWN",
    `this program's ${name} passes (${passed}) instead of (${expected})${own ? " as in the contract file" : ""}`,
    own ? "`corelens check --contract FILE` shows each difference" : undefined,
  );
}

/** `nodes of v29 or later have them; ` */
function releasesWith(names: readonly string[]): string {
  const first = names.flatMap((name) => TRACEPOINTS.get(name)?.layouts[0]?.since ?? []);
  return first.length === 0 ? "" : `nodes of v${Math.min(...first)} or later have them; `;
}

/** Applies the selection to the tracepoints of one file. */
export function select(
  available: readonly RecognisedTracepoint[],
  { patterns, fields, except = [], anyOf = false }: Selection,
): ChosenTracepoint[] {
  const requests = fields?.map(parseFieldRequest);
  const chosen = chooseTracepoints(available, patterns);
  const wanted = chosen.filter(
    (tracepoint) => !except.includes(tracepoint.name) && (!anyOf || isLayoutKnown(tracepoint)),
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
