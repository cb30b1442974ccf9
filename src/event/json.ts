import type { StreamEvent } from "./notice.ts";

/**
 * An event as one line of JSON: its fields under their names, bytes as hex digits, the time in RFC 3339 with
 * microseconds. An integer that JSON's readers would round is a string,
 * and so is what is no number: NaN, Infinity.
 */
export function eventJson(event: StreamEvent): string {
  return JSON.stringify({ ...event, time: isoTime(event.time) }, jsonValue);
}

export function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  // JSON would write null.
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  return value;
}

/** `2026-11-21T07:33:08.703622Z` of milliseconds since the epoch. */
export function isoTime(ms: number): string {
  const micros = Math.floor((ms - Math.floor(ms)) * 1000);
  const text = new Date(ms).toISOString();
  return `${text.slice(0, -1)}${String(micros).padStart(3, "0")}Z`;
}
