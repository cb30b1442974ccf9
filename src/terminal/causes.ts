import { CorelensError } from "../errors.ts";
import type { EventSource } from "../event/source.ts";
import {
  CAUSE_FIELDS,
  CAUSING,
  CausedSource,
  withCauseFields,
} from "../model/causes/caused-source.ts";
import type { EventRequest } from "../session/attach/delivery.ts";
import { SelectedSource } from "../session/source/selected-source.ts";

/**
 * Refuses options that keep messages from the reader, which then cannot find causes, or that add events of IPC.
 * @throws CorelensError USAGE
 */
export function checkCauseOptions(
  options: Readonly<Record<string, unknown>> & { readonly sources: readonly string[] },
): void {
  if (options.sources.includes("ipc"))
    throw new CorelensError("USAGE", "--cause needs --sources usdt", "omit --sources");
  for (const name of ["sample", "rate", "explain", "socket", "callbacks"]) {
    if (options[name] === undefined) continue;
    throw new CorelensError("USAGE", `--cause cannot be combined with --${name}`, `omit --${name}`);
  }
}

/** What to trace for an output with causes: the messages, too, and everything that the query tests. */
export function tracedForCauses({ patterns, fields }: EventRequest): EventRequest {
  const wantsPayload = fields?.some((name) => name === "*" || /(^|\.)payload$/.test(name)) ?? false;
  return {
    patterns: patterns.length > 0 ? [...patterns, ...CAUSING] : [],
    fields: wantsPayload ? ["*"] : null,
    where: null,
  };
}

/** The requested part of a source, with causes, which the query can test. */
export function withCauses(
  source: EventSource,
  { patterns, fields, where }: EventRequest,
  kinds = source.kinds,
): EventSource {
  const caused = new CausedSource(source);
  const names = CAUSE_FIELDS.map(({ name }) => name);
  return new SelectedSource(caused, kinds.map(withCauseFields), {
    patterns,
    fields: fields === null ? null : [...fields, ...names],
    where,
  });
}
