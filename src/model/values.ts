import type { RawEvent } from "../event/event.ts";
import { numberIn } from "../event/fields.ts";

/** The duration in ns, which some releases pass in us; null if unknown. */
export function nanosecondsOf(event: RawEvent): number | null {
  const microseconds = numberIn(event, "duration_us");
  return numberIn(event, "duration_ns") ?? (microseconds === null ? null : microseconds * 1000);
}

/** The duration in ms; null if unknown. */
export function durationOf(event: RawEvent): number | null {
  const nanoseconds = nanosecondsOf(event);
  return nanoseconds === null ? null : nanoseconds / 1e6;
}

/** Seconds from a field with a UNIX time to the event; null if the time is unknown or 0, which Core writes for unknown. */
export function secondsSince(event: RawEvent, field: string): number | null {
  const since = numberIn(event, field);
  return since === null || since <= 0 ? null : Math.max(0, event.time / 1000 - since);
}
