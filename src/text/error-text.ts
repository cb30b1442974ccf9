import type { ErrorCode } from "../errors.ts";
import { QueryError } from "../query/query-error.ts";
import { printable } from "./event-text.ts";

/** A CorelensError, or what of one came from elsewhere. */
interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly cure: string;
}

/** What a refusal looks like to people: its code, what happened, where in a query, and what to do. */
export function errorText(error: Problem): string {
  const { code, message, cure } = error;
  const excerpt = error instanceof QueryError ? error.excerpt.map((line) => `    ${line}\n`) : [];
  return `corelens: ${code}: ${printable(message)}\n${excerpt.join("")}  → ${printable(cure)}\n`;
}
