import { CorelensError } from "../errors.ts";
import { QueryError } from "../query/query-error.ts";

/** An error of DuckDB, as `errors_as_json` writes it. The position is the number of a character in the query. */
interface EngineError {
  readonly exception_type: string;
  readonly exception_message: string;
  readonly position?: string;
}

/** What DuckDB threw; other errors unchanged. @param sql the query */
export function sqlError(error: unknown, sql: string): unknown {
  const found = engineError(error);
  if (found === null) return error;
  const { exception_type: type, exception_message: message, position } = found;
  if (type === "INTERRUPT" || type === "Interrupt") {
    return new CorelensError("SQL_LIMIT", "the query took too long");
  }
  if (type === "Out of Memory") {
    return new CorelensError("SQL_LIMIT", "the query needs more memory than it may use");
  }
  const [what = "", hint] = message.split("\n");
  const cure = hint?.startsWith("Did you mean") ? hint : undefined;
  if (position === undefined) return new CorelensError("SQL_INVALID", what, cure);
  const start = Number(position);
  const [word = ""] = /^[\w."]*/.exec(sql.slice(start)) ?? [];
  return new QueryError("SQL_INVALID", sql, { start, end: start + word.length }, what, cure);
}

/** Whether a file disappeared while it was to be read: another process merged it into a larger one. */
export function isFileGone(error: unknown): boolean {
  const { exception_type: type, exception_message: message = "" } = engineError(error) ?? {};
  return type === "IO" && /No files found|No such file/.test(message);
}

function engineError(error: unknown): EngineError | null {
  if (!(error instanceof Error) || error instanceof CorelensError) return null;
  const begin = error.message.indexOf("{");
  try {
    return JSON.parse(error.message.slice(begin)) as EngineError;
  } catch {
    // `INTERRUPT Error: Interrupted!`
    const [, type, message] = /^(.+?) Error: (.*)/s.exec(error.message) ?? [];
    return type === undefined ? null : { exception_type: type, exception_message: message! };
  }
}
