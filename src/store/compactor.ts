import { existsSync } from "node:fs";
import { open, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import { sum } from "../util/statistics.ts";
import { Database, quoted } from "./database.ts";
import { currentParts, nextMerge, type Part, parquetPart } from "./part.ts";
import { journalRows, parquetRelation } from "./relations.ts";
import type { StateDirectory } from "./state-directory.ts";
import { listParts, type StoredPart } from "./stored-part.ts";
import { SOURCES, type Source, type StoredTable } from "./tables.ts";

/** A file of the budget. */
interface OwnedFile extends StoredPart {
  readonly path: string;
  readonly source: string;
  readonly keepMs: number;
  readonly isBulky: boolean;
}

/** Enough for a journal; what sorts more rows writes to the temporary directory. */
const MEMORY_MB = 96;
const TEMPORARY_MB = 1024;

/**
 * Turns complete journals into Parquet files, merges these, and deletes what is too old or too much.
 *
 * A file appears under its name when it is whole, so a crash at any time leaves no damaged file and no row twice.
 */
export class Compactor {
  readonly #directory: StateDirectory;
  readonly #maxBytes: number;

  /** @param maxBytes of all files of tables and journals */
  constructor(directory: StateDirectory, maxBytes: number) {
    this.#directory = directory;
    this.#maxBytes = maxBytes;
  }

  /**
   * Does what is due.
   * @param open by source, the number of its first journal that is not complete
   * @throws CorelensError SQL_UNAVAILABLE; errors of DuckDB and of the file system
   */
  async run(open: ReadonlyMap<string, number>): Promise<void> {
    await this.#makeRoom(0, open);
    const database = await Database.open({
      memoryMb: MEMORY_MB,
      threads: 1,
      temporary: { directory: this.#directory.temporary, mb: TEMPORARY_MB },
    });
    try {
      for (const source of SOURCES) await this.#seal(database, source, open);
      for (const { stored } of SOURCES) {
        for (const table of stored) await this.#merge(database, table, open);
      }
    } finally {
      database.close();
    }
    await this.#makeRoom(0, open);
  }

  async #seal(
    database: Database,
    source: Source,
    open: ReadonlyMap<string, number>,
  ): Promise<void> {
    const directory = this.#directory.journals(source.name);
    const stored = await Promise.all(
      source.stored.map(async (table) => {
        const parts = await listParts(this.#directory.table(table.name));
        return { table, holds: (n: number) => parts.some((p) => p.first <= n && n <= p.last) };
      }),
    );
    for (const journal of await listParts(directory)) {
      const path = join(directory, journal.name);
      // Making room for another journal may have deleted it.
      if (journal.first >= open.get(source.name)! || !existsSync(path)) continue;
      const missing = stored.filter(({ holds }) => !holds(journal.first));
      // A journal is deleted one turn after it was sealed: a process that reads it can finish.
      if (missing.length === 0) await unlink(path);
      else await this.#makeRoom(journal.bytes, open, [path]);
      for (const { table } of missing) {
        const rows = journalRows(source, table, directory, [journal]);
        await this.#write(database, table, rows, parquetPart(journal.first, journal.last));
      }
    }
  }

  async #merge(
    database: Database,
    table: StoredTable,
    open: ReadonlyMap<string, number>,
  ): Promise<void> {
    const directory = this.#directory.table(table.name);
    for (;;) {
      const { current, superseded } = currentParts(await listParts(directory));
      for (const { name } of superseded) await unlink(join(directory, name));
      const chosen = nextMerge(current, table.levels) as readonly StoredPart[] | null;
      if (chosen === null) return;
      // Their sources are deleted at the next turn, so that a process that reads them now can finish.
      const bytes = sum(chosen.map((part) => part.bytes));
      const sources = chosen.map(({ name }) => join(directory, name));
      if (!(await this.#makeRoom(bytes, open, sources))) return;
      const whole = parquetPart(chosen[0]!.first, chosen.at(-1)!.last);
      await this.#write(database, table, `(FROM ${parquetRelation(directory, chosen)})`, whole);
    }
  }

  async #write(
    database: Database,
    { name, order }: StoredTable,
    rows: string,
    part: Part,
  ): Promise<void> {
    const path = join(this.#directory.table(name), part.name);
    const unfinished = `${path}.new`;
    await database.run(
      `COPY (SELECT * FROM ${rows} ORDER BY ${order.join(", ")}) ` +
        `TO ${quoted(unfinished)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 30000)`,
    );
    const file = await open(unfinished, "r");
    try {
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
  }

  /**
   * Deletes what is too old, and then the oldest files until `more` bytes fit into the budget.
   * @param used paths of files that are about to be read
   * @returns whether they fit
   */
  async #makeRoom(
    more: number,
    open: ReadonlyMap<string, number>,
    used: readonly string[] = [],
  ): Promise<boolean> {
    const files = await this.#files();
    const now = Date.now();
    const isOld = ({ changed, keepMs }: OwnedFile): boolean => now - changed > keepMs;
    const isNeeded = ({ source, kind, first, path }: OwnedFile): boolean =>
      (kind === "journal" && first >= open.get(source)!) || used.includes(path);
    const isDeleted = (file: OwnedFile): boolean => isOld(file) && !isNeeded(file);
    for (const { path } of files.filter(isDeleted)) await unlink(path);
    const kept = files.filter((file) => !isDeleted(file));
    let bytes = more + sum(kept.map(({ bytes }) => bytes));
    const deletable = kept
      .filter((file) => !isNeeded(file))
      .sort((a, b) => Number(b.isBulky) - Number(a.isBulky) || a.changed - b.changed);
    for (const file of deletable) {
      if (bytes <= this.#maxBytes) break;
      await unlink(file.path);
      bytes -= file.bytes;
    }
    return bytes <= this.#maxBytes;
  }

  async #files(): Promise<OwnedFile[]> {
    const files: OwnedFile[] = [];
    const list = async (
      directory: string,
      of: Pick<OwnedFile, "source" | "keepMs" | "isBulky">,
    ) => {
      for (const part of await listParts(directory)) {
        files.push({ ...part, ...of, path: join(directory, part.name) });
      }
    };
    for (const { name: source, stored } of SOURCES) {
      const isBulky = stored.some((table) => table.isBulky);
      const keepMs = Math.max(...stored.map((table) => table.keepMs));
      await list(this.#directory.journals(source), { source, keepMs, isBulky });
      for (const table of stored)
        await list(this.#directory.table(table.name), { source, ...table });
    }
    return files;
  }
}
