import type { Problem } from "../../errors.ts";

export type { Problem } from "../../errors.ts";

/** An error in a request. */
export interface RequestProblem extends Problem {
  /** The line of the query and a line that marks the place of the error; null when the query is not the cause. */
  readonly excerpt: readonly [line: string, carets: string] | null;
}
