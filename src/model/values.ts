import type { RawEvent } from "../event/event.ts";

/*
 * Fields as the picture reads them. A release can lack a field, its memory can be unreadable, and a tracepoint that
 * drifted has arg0, arg1, … in their place: whatever is not there is null.
 */

export function numberOf(event: RawEvent, field: string): number | null {
  const value = event[field];
  if (typeof value === "number") return value;
  return typeof value === "bigint" ? Number(value) : null;
}

export function textOf(event: RawEvent, field: string): string | null {
  const value = event[field];
  return typeof value === "string" ? value : null;
}

export function flagOf(event: RawEvent, field: string): boolean | null {
  const value = event[field];
  return typeof value === "boolean" ? value : null;
}

/** A duration in ns, whatever unit this release passes it in; null where the unit is unknown. */
export function nanosecondsOf(event: RawEvent): number | null {
  const microseconds = numberOf(event, "duration_us");
  return numberOf(event, "duration_ns") ?? (microseconds === null ? null : microseconds * 1000);
}

/** The same in ms. */
export function durationOf(event: RawEvent): number | null {
  const nanoseconds = nanosecondsOf(event);
  return nanoseconds === null ? null : nanoseconds / 1e6;
}

/** From a time in UNIX seconds to the event; null where the time is unknown, which Core writes as 0. */
export function secondsSince(event: RawEvent, field: string): number | null {
  const since = numberOf(event, field);
  return since === null || since <= 0 ? null : Math.max(0, event.time / 1000 - since);
}
