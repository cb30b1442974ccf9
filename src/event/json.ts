import { exactNumber } from "../util/exact-number.ts";
import { version } from "../version.ts";
import type { StreamEvent } from "./notice.ts";

/*
 * The JSON of every command. Names are snake_case; a name ends with its unit where the number has one.
 *
 *     {"tracepoint":"corelens:stream","schema":2,"corelens":"0.1.0","command":"trace"}      first line of a stream
 *     {"tracepoint":"net:inbound_message","time":"2026-11-21T07:33:08.703622Z",…}           a line
 *     {"schema":2,…}                                                                        a document
 */

/** Version of the names and values in JSON: a reader that expects another one can refuse. 1 had no number. */
const JSON_SCHEMA = 2;

/** The line that a stream begins with. */
export function streamLine(command: string): string {
  return jsonLine("corelens:stream", { schema: JSON_SCHEMA, corelens: version(), command });
}

/**
 * A line of a tool's own.
 * @param tracepoint `corelens:` and a noun in snake_case
 * @param time of the values, in milliseconds since the UNIX epoch
 */
export function jsonLine(
  tracepoint: `corelens:${string}`,
  values: Readonly<Record<string, unknown>>,
  time?: number,
): string {
  const when = time === undefined ? {} : { time: isoTime(time) };
  return `${JSON.stringify({ tracepoint, ...when, ...values }, tidyValue)}\n`;
}

/** The whole output of a command that prints one object. */
export function jsonDocument(values: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify({ schema: JSON_SCHEMA, ...values }, tidyValue, 2)}\n`;
}

/**
 * An event in JSON, without an end of line: fields by name, bytes as hex digits, the time in RFC 3339 with
 * microseconds. Integers that JSON readers would round are strings of digits; numbers that JSON lacks are `"NaN"` or
 * `"Infinity"`.
 */
export function eventJson(event: StreamEvent): string {
  return JSON.stringify({ ...event, time: isoTime(event.time) }, jsonValue);
}

/** For JSON.stringify: bytes, large integers and numbers that JSON lacks. */
export function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return exactNumber(value) ?? value.toString();
  // JSON would write null.
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  return value;
}

/** More digits of a quotient or a sum are noise of binary arithmetic. */
const MAX_DIGITS = 12;

function tidyValue(key: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isInteger(value) && Number.isFinite(value)) {
    return Number(value.toPrecision(MAX_DIGITS));
  }
  return jsonValue(key, value);
}

/** Rounds to the precision of a measurement, in decimal places. */
export function rounded(value: number, decimals: number): number;
export function rounded(value: number | null, decimals: number): number | null;
export function rounded(value: number | null, decimals: number): number | null {
  if (value === null) return null;
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}

/** A duration in seconds, to the microsecond. */
export function secondsOf(ms: number): number {
  return rounded(ms / 1000, 6);
}

/** `2026-11-21T07:33:08.703622Z` of milliseconds since the epoch. */
export function isoTime(ms: number): string {
  const micros = Math.floor((ms - Math.floor(ms)) * 1000);
  const text = new Date(ms).toISOString();
  return `${text.slice(0, -1)}${String(micros).padStart(3, "0")}Z`;
}
