import type { CorelensError, Problem } from "../errors.ts";
import { QueryError } from "../query/query-error.ts";

/** Why a request of a browser failed. */
export interface RequestProblem extends Problem {
  /** The query's line, and a line that marks the position; null when the query is not the cause. */
  readonly excerpt: readonly [line: string, carets: string] | null;
}

export function requestProblem(error: CorelensError): RequestProblem {
  return { ...error.problem, excerpt: error instanceof QueryError ? error.excerpt : null };
}
