import { type CountCommand, STATISTICS } from "../../src/dashboard/protocol/count.ts";
import type { EventChoice } from "../../src/dashboard/protocol/events.ts";
import { choose, chosen, open } from "./route.ts";

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

export function chosenMode(): Mode {
  return chosen("mode") === "count" ? "count" : "events";
}

export function chosenDraft(): Draft {
  return Object.fromEntries(NAMES.map((name) => [name, chosen(name) ?? ""])) as Draft;
}

/** A query in the address runs unless it was stopped. */
export function isRunning(): boolean {
  const live = chosen("live");
  return live === "1" || (live === null && NAMES.some((name) => chosen(name)));
}

export function run(draft: Draft): void {
  const asked = Object.fromEntries(NAMES.map((name) => [name, draft[name].trim()]));
  open({ ...asked, live: "1" });
}

export function stop(): void {
  choose("live", "0");
}

/** The address of a query. */
export function addressOf(mode: Mode, draft: Partial<Draft>): string {
  const query = new URLSearchParams(mode === "count" ? { mode } : {});
  for (const [name, value] of Object.entries(draft)) query.set(name, value);
  return `?${query}`;
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
