import type { RawEvent } from "../../src/event/event.ts";
import { layoutsOf } from "../../src/simulate/layouts.ts";
import { simulate } from "../../src/simulate/simulation.ts";

/** 2026-01-01T00:00:00Z, when the simulation begins. */
export const BEGIN = 1_767_225_600_000;
export const KINDS = [...layoutsOf(31)].map(([name, fields]) => ({
  name,
  fields: fields.filter(({ type }) => type !== "bytes"),
}));

/** A simulated node's events as a session delivers them. */
export function eventsOf(seconds: number, seed = 1): RawEvent[] {
  const events: RawEvent[] = [];
  for (const { at, tracepoint, args } of simulate({ seed, release: 31 })) {
    if (at > seconds * 1000) break;
    const { payload: _, ...fields } = args;
    events.push(event(tracepoint, at, fields));
  }
  return events;
}

/** @param at ms since the beginning */
export function event(
  tracepoint: string,
  at: number,
  fields: Readonly<Record<string, unknown>>,
): RawEvent {
  const ktime = Math.round(at * 1e6);
  return {
    tracepoint,
    time: BEGIN + ktime / 1e6,
    ktime,
    tid: 7,
    thread: "b-msghand",
    cpu: 0,
    pid: 42,
    ...fields,
  };
}

/** A message between the node and a peer. */
export function message(
  direction: "inbound" | "outbound",
  at: number,
  peer: number,
  type: string,
  size = 100,
): RawEvent {
  return event(`net:${direction}_message`, at, {
    peer_id: peer,
    address: `203.0.113.${peer}:8333`,
    connection_type: "outbound-full-relay",
    msg_type: type,
    size,
  });
}
