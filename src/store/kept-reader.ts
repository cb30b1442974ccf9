import { CorelensError } from "../errors.ts";
import {
  type ColumnType,
  KEPT_TABLES,
  type KeptColumnName,
  type KeptRow,
  type KeptTableName,
} from "../model/kept/tables.ts";
import { SqlSession } from "./sql-session.ts";
import type { StateDirectory } from "./state-directory.ts";

/** Begin and end, in ms since the epoch. */
export type Span = readonly [begin: number, end: number];

const LIMITS = { memoryMb: 1024, timeoutMs: 60_000 };

/** Reads rows of a state directory as the model made them. Close it to return its memory. */
export class KeptReader {
  readonly #session: SqlSession;
  readonly #span: Span | null;

  private constructor(session: SqlSession, span: Span | null) {
    this.#session = session;
    this.#span = span;
  }

  /**
   * @param span of the recording that the directory was made of; null for what was kept live
   * @throws CorelensError SQL_UNAVAILABLE, NOT_KEPT, STATE_UNUSABLE, STATE_VERSION
   */
  static async open(state: StateDirectory, span: Span | null = null): Promise<KeptReader> {
    const session = await SqlSession.open({ state, events: null, written: null }, LIMITS);
    return new KeptReader(session, span);
  }

  /** Files that are left out. */
  get damaged(): readonly string[] {
    return this.#session.damaged;
  }

  /**
   * @param clause SQL: `WHERE … ORDER BY … LIMIT …`
   * @throws CorelensError SQL_LIMIT
   */
  async rows<Name extends KeptTableName, Column extends KeptColumnName<Name>>(
    table: Name,
    columns: readonly Column[],
    clause: string,
  ): Promise<Pick<KeptRow<Name>, Column>[]> {
    const sql = `SELECT ${columns.join(", ")} FROM ${table} ${clause}`;
    const types: Readonly<Record<string, { readonly type: ColumnType }>> =
      KEPT_TABLES[table].columns;
    const found: Pick<KeptRow<Name>, Column>[] = [];
    for await (const chunk of (await this.#session.query(sql)).rows) {
      for (const row of chunk) {
        const values = columns.map((name, i) => [name, keptValue(row[i], types[name]!.type)]);
        found.push(Object.fromEntries(values));
      }
    }
    return found;
  }

  /** The same with all columns. */
  wholeRows<Name extends KeptTableName>(table: Name, clause: string): Promise<KeptRow<Name>[]> {
    const columns = Object.keys(KEPT_TABLES[table].columns) as KeptColumnName<Name>[];
    return this.rows(table, columns, clause);
  }

  /**
   * The error for what no row describes; it names the time that the rows cover.
   * @param what `block 930021`
   */
  async notKept(table: KeptTableName, what: string): Promise<CorelensError> {
    if (this.#span !== null) {
      const [begin, end] = this.#span.map(secondText);
      const message = `the recording does not show ${what}; it covers ${begin} to ${end}`;
      return new CorelensError("NOT_KEPT", message, "`corelens info` shows what it holds");
    }
    const { rows } = await this.#session.query(`SELECT since FROM kept WHERE name = '${table}'`);
    let since: unknown = null;
    for await (const [first] of rows) since = first?.[0] ?? null;
    const kept =
      since === null
        ? `no ${table} are kept yet`
        : `${table} are kept since ${secondText(Date.parse(String(since)))}`;
    return new CorelensError("NOT_KEPT", `${what} is not kept; ${kept}`);
  }

  close(): void {
    this.#session.close();
  }
}

function keptValue(value: unknown, type: ColumnType): unknown {
  if (value === null) return null;
  if (type === "time") return msOf(String(value));
  return type === "json" ? JSON.parse(String(value)) : value;
}

/** Of `2026-11-21T07:33:08.703622Z`, of which a Date keeps the milliseconds. */
function msOf(text: string): number {
  return Date.parse(text) + Number(text.slice(-4, -1)) / 1000;
}

/** A moment in SQL. @param ms since the epoch */
export function timestamp(ms: number): string {
  return `make_timestamp(${Math.round(ms * 1000)})`;
}

/** `2026-11-21T07:33:08Z` */
function secondText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
