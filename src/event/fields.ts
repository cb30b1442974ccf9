import type { RawEvent } from "./event.ts";

/*
 * Reads fields by name and type. A field is null if its memory was unreadable, if the node's release does not have it,
 * or if the tracepoint differs from the contract, so that its fields are arg0, arg1, …
 */

/** Integers beyond ±2^53 are rounded. */
export function numberIn(event: RawEvent, field: string): number | null {
  const value = event[field];
  return typeof value === "number" || typeof value === "bigint" ? Number(value) : null;
}

export function textIn(event: RawEvent, field: string): string | null {
  const value = event[field];
  return typeof value === "string" ? value : null;
}

export function flagIn(event: RawEvent, field: string): boolean | null {
  const value = event[field];
  return typeof value === "boolean" ? value : null;
}
