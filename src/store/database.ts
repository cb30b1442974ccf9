import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { CorelensError } from "../errors.ts";

/** What a database in memory may use. */
export interface DatabaseLimits {
  readonly memoryMb: number;
  readonly threads: number;
  /** Where it may write what exceeds its memory, and how much; null for nowhere. */
  readonly temporary: { readonly directory: string; readonly mb: number } | null;
}

export type SqlRow = Readonly<Record<string, unknown>>;

type Engine = typeof import("./engine.ts");

let engine: Engine | null | undefined;

/**
 * Loads DuckDB, which is optional. Call it before privileges are dropped: its files may be unreadable afterwards.
 * @returns whether it is installed
 */
export async function loadEngine(): Promise<boolean> {
  if (engine === undefined) {
    try {
      engine = await import("./engine.ts");
    } catch {
      engine = null;
    }
  }
  return engine !== null;
}

/** The same. @throws CorelensError SQL_UNAVAILABLE when it is not installed */
export async function requireEngine(): Promise<void> {
  if (await loadEngine()) return;
  throw new CorelensError("SQL_UNAVAILABLE", "DuckDB is not installed");
}

/** A DuckDB database in memory, which reads the files of the state directory. Close it to return its memory. */
export class Database {
  readonly connection: DuckDBConnection;
  readonly #instance: DuckDBInstance;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.connection = connection;
  }

  /** @throws CorelensError SQL_UNAVAILABLE when DuckDB is not installed */
  static async open(limits: DatabaseLimits): Promise<Database> {
    await requireEngine();
    const { memoryMb, threads, temporary } = limits;
    const instance = await engine!.DuckDBInstance.create(":memory:", {
      memory_limit: `${memoryMb}MB`,
      threads: String(threads),
      temp_directory: temporary?.directory ?? "",
      ...(temporary && { max_temp_directory_size: `${temporary.mb}MB` }),
      // Nothing is loaded from the network.
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
      preserve_insertion_order: "false",
      errors_as_json: "true",
    });
    const connection = await instance.connect();
    // Parquet files do not change under their names.
    await connection.run("SET parquet_metadata_cache = true");
    return new Database(instance, connection);
  }

  async run(sql: string): Promise<void> {
    await this.connection.run(sql);
  }

  /** Integers beyond 2^53 are texts. */
  async rows(sql: string): Promise<SqlRow[]> {
    const result = await this.connection.runAndReadAll(sql);
    return result.getRowObjectsJson();
  }

  /** Forbids other files and further changes of settings. Call it before SQL of users. */
  async confine(directories: readonly string[], files: readonly string[]): Promise<void> {
    await this.run(`SET allowed_directories = [${directories.map(quoted).join(", ")}]`);
    await this.run(`SET allowed_paths = [${files.map(quoted).join(", ")}]`);
    await this.run("SET enable_external_access = false");
    await this.run("SET lock_configuration = true");
  }

  close(): void {
    this.connection.closeSync();
    this.#instance.closeSync();
  }
}

/**
 * Whether SQL is one statement that only reads.
 * @throws errors of DuckDB's parser
 */
export async function kindOf(
  connection: DuckDBConnection,
  sql: string,
): Promise<"query" | "empty" | "other"> {
  const { StatementType } = engine!;
  // DuckDB's client fails at a text without a statement.
  if (sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|[\s;]/g, "") === "") return "empty";
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) return "other";
  const prepared = await statements.prepare(0);
  const { statementType } = prepared;
  prepared.destroySync();
  // EXPLAIN ANALYZE would run any statement.
  return statementType === StatementType.SELECT ? "query" : "other";
}

/** A text as SQL writes it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
