import { type CountCommand, STATISTICS } from "../../src/dashboard/protocol/count.ts";
import type { EventChoice } from "../../src/dashboard/protocol/events.ts";

/*
 * The query of the page Tracepoints, as typed and as stored in the address:
 *
 *     ?mode=count&tracepoints=net:*_message&by=msg_type&sum=size&hist=size
 */

export type Mode = "events" | "count";

const NAMES = ["tracepoints", "where", "by", ...STATISTICS, "hist"] as const;
type Name = (typeof NAMES)[number];

export type Draft = Readonly<Record<Name, string>>;

export const EMPTY = Object.fromEntries(NAMES.map((name) => [name, ""])) as Draft;

export function modeOf(query: URLSearchParams): Mode {
  return query.get("mode") === "count" ? "count" : "events";
}

export function draftOf(query: URLSearchParams): Draft {
  return Object.fromEntries(NAMES.map((name) => [name, query.get(name) ?? ""])) as Draft;
}

/** A query in the address runs unless it was stopped. */
export function isRunning(query: URLSearchParams): boolean {
  const live = query.get("live");
  return live === "1" || (live === null && NAMES.some((name) => query.get(name)));
}

/** The draft without spaces around its texts. */
export function trimmed(draft: Draft): Draft {
  return Object.fromEntries(NAMES.map((name) => [name, draft[name].trim()])) as Draft;
}

export function choiceOf(draft: Draft): EventChoice {
  const named = listOf(draft.tracepoints);
  const where = draft.where.trim();
  return { tracepoints: named, where: where === "" ? null : where };
}

export function countOf(draft: Draft): CountCommand {
  const { tracepoints, where } = choiceOf(draft);
  const by = listOf(draft.by);
  const histogram = draft.hist.trim();
  return {
    tracepoints: tracepoints.length > 0 ? tracepoints : ["*"],
    where,
    by: by.length > 0 ? by : ["tracepoint"],
    sum: listOf(draft.sum),
    min: listOf(draft.min),
    mean: listOf(draft.mean),
    max: listOf(draft.max),
    histogram: histogram === "" ? null : histogram,
  };
}

/** `peer_id, size` */
function listOf(text: string): string[] {
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
