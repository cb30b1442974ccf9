import { isoTime } from "../event/json.ts";
import { exactNumber } from "../util/exact-number.ts";
import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from "./engine.ts";

/**
 * A value of DuckDB as JSON has it: times in RFC 3339, bytes as hex digits, lists and structs as such, other types as
 * text. Integers beyond 2^53 are bigints.
 */
export function sqlValue(value: DuckDBValue): unknown {
  if (typeof value === "bigint") return exactNumber(value) ?? value;
  if (value === null || typeof value !== "object") return value;
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) {
    return timeText(value.micros);
  }
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString("hex");
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) {
    return value.items.map(sqlValue);
  }
  if (value instanceof DuckDBStructValue) {
    const members = Object.entries(value.entries);
    return Object.fromEntries(members.map(([name, member]) => [name, sqlValue(member)]));
  }
  if (value instanceof DuckDBMapValue) {
    return Object.fromEntries(
      value.entries.map((entry) => [String(sqlValue(entry.key)), sqlValue(entry.value)]),
    );
  }
  return value.toString();
}

/** Outside the years of a Date: `infinity` and dates that no event has. */
const MAX_MICROS = 8_640_000_000_000_000_000n;

function timeText(micros: bigint): string {
  if (micros > MAX_MICROS || micros < -MAX_MICROS) return micros > 0 ? "infinity" : "-infinity";
  // Whole milliseconds and the rest apart: together they exceed the precision of a number.
  const ms = micros / 1000n - (micros % 1000n < 0n ? 1n : 0n);
  const rest = micros - ms * 1000n;
  return `${isoTime(Number(ms)).slice(0, -4)}${String(rest).padStart(3, "0")}Z`;
}
