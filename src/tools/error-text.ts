import type { CorelensError } from "../errors.ts";
import { printable } from "./event-text.ts";

/** What a refusal looks like to people: its code, what happened, and what to do. */
export function errorText({ code, message, cure }: CorelensError): string {
  return `corelens: ${code}: ${printable(message)}\n  → ${printable(cure)}\n`;
}
