import { CorelensError } from "../errors.ts";

/** A part of a query's text: from the character at `start` to the one before `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

type QueryErrorCode = "QUERY_SYNTAX" | "QUERY_TYPE" | "SQL_INVALID";

/** An error in a query, with its place. */
export class QueryError extends CorelensError {
  /** The query's line, and a second line that marks the place. */
  readonly excerpt: readonly [line: string, carets: string];

  constructor(code: QueryErrorCode, text: string, span: Span, message: string, cure?: string) {
    super(code, message, cure);
    this.excerpt = excerptOf(text, span);
  }
}

/** Maximum columns of a query that are shown around the place. */
const BEFORE = 40;
const WIDTH = 76;

function excerptOf(text: string, { start, end }: Span): [string, string] {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const lineEnd = text.indexOf("\n", start) < 0 ? text.length : text.indexOf("\n", start);
  const from = start - lineStart > WIDTH - BEFORE / 2 ? start - BEFORE : lineStart;
  const to = Math.min(lineEnd, from + WIDTH);
  const before = `${from > lineStart ? "…" : ""}${text.slice(from, start)}`;
  const line = `${before}${text.slice(start, to)}${to < lineEnd ? "…" : ""}`;
  const width = Math.max(1, Math.min(end, to) - start);
  return [
    line.replace(/[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " "),
    `${" ".repeat(before.length)}${"^".repeat(width)}`,
  ];
}
