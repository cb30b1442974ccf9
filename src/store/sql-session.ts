import { readdirSync } from "node:fs";
import { join } from "node:path";
import { CorelensError } from "../errors.ts";
import { KEPT_TABLES } from "../model/kept/tables.ts";
import { Database, kindOf, quoted } from "./database.ts";
import { isFileGone, sqlError } from "./sql-error.ts";
import { sqlValue } from "./sql-value.ts";
import type { StateDirectory } from "./state-directory.ts";
import { SOURCES } from "./tables.ts";
import { createViews } from "./views.ts";

export interface SqlLimits {
  readonly memoryMb: number;
  readonly timeoutMs: number;
}

/** What SQL can ask. */
export interface SqlSources {
  /** Its tables; null for none. */
  readonly state: StateDirectory | null;
  /** A directory with a Parquet file for each tracepoint of a recording: `net.inbound_message.parquet`; null for none. */
  readonly events: string | null;
  /** The file that `write` writes; null for none. */
  readonly written: string | null;
}

/** The answer to a query, row by row. */
export interface SqlAnswer {
  readonly columns: readonly string[];
  /** Values as JSON has them; integers beyond 2^53 are bigints. */
  readonly rows: AsyncIterable<readonly (readonly unknown[])[]>;
}

/**
 * Answers SQL on what a state directory and a recording hold. It only reads: other statements, other files and the
 * network are refused, and memory and time are limited.
 */
export class SqlSession {
  readonly #database: Database;
  readonly #limits: SqlLimits;
  readonly #written: string | null;
  readonly #state: StateDirectory | null;
  /** Files of the state directory that are left out. */
  damaged: readonly string[] = [];

  private constructor(database: Database, limits: SqlLimits, { state, written }: SqlSources) {
    this.#database = database;
    this.#limits = limits;
    this.#state = state;
    this.#written = written;
  }

  /** @throws CorelensError SQL_UNAVAILABLE, STATE_UNUSABLE, STATE_VERSION */
  static async open(sources: SqlSources, limits: SqlLimits): Promise<SqlSession> {
    const { state, events, written } = sources;
    state?.check();
    const { memoryMb } = limits;
    const database = await Database.open({ memoryMb, threads: 2, temporary: null });
    try {
      if (events !== null) await createEventViews(database, events);
      const readable = [state?.path, events].filter((path) => typeof path === "string");
      await database.confine(readable, written === null ? [] : [written]);
      const session = new SqlSession(database, limits, sources);
      await session.#withFiles(null, async () => {});
      return session;
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /**
   * Starts a query. Its rows can be read once.
   * @throws CorelensError SQL_INVALID, SQL_LIMIT, also while rows are read
   */
  async query(sql: string): Promise<SqlAnswer> {
    const end = this.#startTimer();
    try {
      const result = await this.#withFiles(sql, async () => {
        await this.#check(sql);
        return this.#database.connection.stream(sql);
      });
      const chunks = async function* () {
        try {
          for await (const rows of result.yieldRows()) yield rows.map((row) => row.map(sqlValue));
        } catch (error) {
          throw sqlError(error, sql);
        } finally {
          end();
        }
      };
      return { columns: result.columnNames(), rows: chunks() };
    } catch (error) {
      end();
      throw sqlError(error, sql);
    }
  }

  /**
   * Writes the answer to a query into a Parquet file.
   * @throws CorelensError SQL_INVALID, SQL_LIMIT, FILE_UNWRITABLE
   */
  async write(sql: string): Promise<void> {
    const end = this.#startTimer();
    try {
      const query = sql.trim().replace(/;$/, "");
      await this.#withFiles(sql, async () => {
        await this.#check(sql);
        const file = quoted(this.#written!);
        await this.#database.run(`COPY (${query}\n) TO ${file} (FORMAT parquet)`);
      });
    } catch (error) {
      throw sqlError(error, sql);
    } finally {
      end();
    }
  }

  async #check(sql: string): Promise<void> {
    const kind = await kindOf(this.#database.connection, sql);
    if (kind === "query") return;
    const message =
      kind === "empty"
        ? "the query is empty"
        : "only one query is allowed: SELECT, FROM, DESCRIBE, …";
    throw new CorelensError("SQL_INVALID", message);
  }

  /** The names of all tables, and of their columns. */
  async names(): Promise<{
    readonly tables: readonly string[];
    readonly columns: readonly string[];
  }> {
    const rows = await this.#database.rows(
      "SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE NOT internal",
    );
    const tables = rows.map(({ schema_name: schema, table_name: table }) =>
      schema === "main" ? String(table) : `${schema}.${table}`,
    );
    const columns = rows.map(({ column_name: column }) => String(column));
    return { tables: [...new Set(tables)], columns: [...new Set(columns)] };
  }

  close(): void {
    this.#database.close();
  }

  /**
   * Begins with the files of this moment; once more if the writer has merged some of them meanwhile.
   * @param sql the tables that it names get new views; null for all tables
   */
  async #withFiles<Result>(
    sql: string | null,
    begin: () => Promise<Result>,
    attempts = 4,
  ): Promise<Result> {
    try {
      if (this.#state !== null) {
        const words = sql === null ? null : new Set(sql.toLowerCase().match(/\w+/g));
        const isNamed = (table: string): boolean =>
          words === null || words.has("kept") || words.has(table);
        const damaged = await createViews(this.#database, this.#state, isNamed);
        this.damaged = [...new Set([...this.damaged, ...damaged])];
        if (isNamed("kept")) await this.#database.run(`CREATE OR REPLACE VIEW kept AS ${KEPT}`);
      }
      return await begin();
    } catch (error) {
      if (attempts === 1 || !isFileGone(error)) throw error;
      return this.#withFiles(sql, begin, attempts - 1);
    }
  }

  #startTimer(): () => void {
    const timer = setTimeout(() => this.#database.connection.interrupt(), this.#limits.timeoutMs);
    return () => clearTimeout(timer);
  }
}

/** A line for each table: what is kept, and since when. */
const KEPT = SOURCES.flatMap(({ stored, columns }) => stored.map(({ name }) => ({ name, columns })))
  .map(({ name, columns }) => {
    // The first column is the time of the row.
    const [time] = Object.keys(columns);
    const meaning =
      name in KEPT_TABLES ? KEPT_TABLES[name as keyof typeof KEPT_TABLES].meaning : "charts";
    return (
      `SELECT '${name}' AS name, ${quoted(meaning)} AS meaning, min(${time}) AS since, ` +
      `max(${time}) AS until, count(*) AS rows FROM ${name}`
    );
  })
  .join(" UNION ALL ");

/** `net:inbound_message` is the view net.inbound_message. */
async function createEventViews(database: Database, directory: string): Promise<void> {
  for (const file of readdirSync(directory)) {
    const [, context, name] = /^(\w+)\.([\w-]+)\.parquet$/.exec(file) ?? [];
    if (context === undefined) continue;
    await database.run(`CREATE SCHEMA IF NOT EXISTS "${context}"`);
    await database.run(
      `CREATE VIEW "${context}"."${name}" AS SELECT * REPLACE (make_timestamp(epoch_us(time)) AS time) ` +
        `FROM read_parquet(${quoted(join(directory, file))})`,
    );
  }
}
