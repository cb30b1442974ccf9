import type { CorelensError } from "../errors.ts";
import { QueryError } from "../query/query-error.ts";
import { printable } from "./event-text.ts";

/** What a refusal looks like to people: its code, what happened, where in a query, and what to do. */
export function errorText(error: CorelensError): string {
  const { code, message, cure } = error;
  const excerpt = error instanceof QueryError ? error.excerpt.map((line) => `    ${line}\n`) : [];
  return `corelens: ${code}: ${printable(message)}\n${excerpt.join("")}  → ${printable(cure)}\n`;
}
