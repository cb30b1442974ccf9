import type { Problem } from "../errors.ts";
import { QueryError } from "../query/query-error.ts";
import { printable } from "./printable.ts";

/** An error for people: its code, its message, the position in a query, and its cure. */
export function errorText(error: Problem): string {
  const { code, message, cure } = error;
  const excerpt = error instanceof QueryError ? error.excerpt.map((line) => `    ${line}\n`) : [];
  return `corelens: ${code}: ${printable(message)}\n${excerpt.join("")}  → ${printable(cure)}\n`;
}
