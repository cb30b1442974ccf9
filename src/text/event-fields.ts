import type { RawEvent } from "../event/event.ts";
import { groupedText } from "./format.ts";
import { printable } from "./printable.ts";

/** A field for people: `?` when unknown; ends in `…` when truncated. */
export function fieldText(event: RawEvent, name: string): string {
  const value = event[name];
  if (value === null || value === undefined) return "?";
  const text = printable(String(value));
  return event.truncated?.includes(name) ? `${text}…` : text;
}

/** `1,263`; `?` when unknown. */
export function groupedField(event: RawEvent, name: string): string {
  const value = event[name];
  const isNumber = typeof value === "number" || typeof value === "bigint";
  return isNumber ? groupedText(value) : fieldText(event, name);
}

/** A transaction's output: `txid:vout`. */
export function outpointText(event: RawEvent): string {
  return `${fieldText(event, "txid")}:${fieldText(event, "vout")}`;
}
