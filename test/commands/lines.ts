import type { RawEvent } from "../../src/event/event.ts";
import { layoutsOf } from "../../src/simulate/layouts.ts";
import { simulate } from "../../src/simulate/simulation.ts";
import type { LineStyle, LineTool } from "../../src/text/line-tool.ts";
import { painter } from "../../src/text/paint.ts";

// Lines have local times.
process.env.TZ = "UTC";

export const TEXT: LineStyle = { json: false, paint: painter(false) };
export const JSON_LINES: LineStyle = { json: true, paint: painter(false) };

/** The whole output of a tool, including its end. */
export function printed(tool: LineTool, events: readonly RawEvent[]): string {
  return events.map((event) => tool.print(event)).join("") + (tool.end?.() ?? "");
}

/** The output as objects. */
export function objects(tool: LineTool, events: readonly RawEvent[]): Record<string, unknown>[] {
  return printed(tool, events)
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

let moment = 0;

/** A traced event, a millisecond after the previous one. */
export function event(tracepoint: string, fields: Readonly<Record<string, unknown>>): RawEvent {
  moment++;
  return { ...envelope(moment), tracepoint, ...fields };
}

function envelope(ms: number): RawEvent {
  return {
    tracepoint: "",
    time: BEGIN + ms,
    ktime: 1e12 + ms * 1e6,
    tid: 4711,
    thread: "b-msghand",
    cpu: 0,
    pid: 4700,
  };
}

/** 2026-01-01T00:00:00Z, the start of the simulation. */
const BEGIN = 1_767_225_600_000;

export interface Wanted {
  readonly tracepoints: readonly string[];
  readonly count: number;
  readonly release?: number;
  readonly payloads?: boolean;
}

/** The first traced events of a simulated node, all of one thread. */
export function simulated(wanted: Wanted): RawEvent[] {
  const { tracepoints, count, release = 31, payloads = false } = wanted;
  const layouts = layoutsOf(release);
  const events: RawEvent[] = [];
  for (const { at, tracepoint, args } of simulate({ seed: 7, release })) {
    if (events.length === count) break;
    if (!tracepoints.includes(tracepoint)) continue;
    const fields = layouts.get(tracepoint)!.filter(({ type }) => payloads || type !== "bytes");
    const values = fields.map(({ name }) => [name, args[name]]);
    events.push({ ...envelope(at), tracepoint, ...Object.fromEntries(values) });
  }
  return events;
}
