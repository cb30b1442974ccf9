import type { CorelensError } from "../errors.ts";
import { QueryError } from "../query/query-error.ts";
import type { RequestProblem } from "./protocol/problem.ts";

/** The error as a page and the API get it. */
export function requestProblem(error: CorelensError): RequestProblem {
  return { ...error.problem, excerpt: error instanceof QueryError ? error.excerpt : null };
}
