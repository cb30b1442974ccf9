import type { CorelensError } from "../errors.ts";
import { QueryError } from "../query/query-error.ts";

/** Why something is refused, as JSON has it. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly cure: string;
  /** The query's line and one that points at the place; null where it is no query's fault. */
  readonly excerpt: readonly [line: string, carets: string] | null;
}

export function refusalOf(error: CorelensError): Refusal {
  const { code, message, cure } = error;
  return { code, message, cure, excerpt: error instanceof QueryError ? error.excerpt : null };
}
