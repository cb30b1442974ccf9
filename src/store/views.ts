import { join } from "node:path";
import { KEPT_TABLES, type KeptTable, type KeptTableName } from "../model/kept/tables.ts";
import type { Database } from "./database.ts";
import { isWhole } from "./parquet-file.ts";
import { currentParts, type Part } from "./part.ts";
import { journalRows, parquetRelation } from "./relations.ts";
import type { StateDirectory } from "./state-directory.ts";
import { listParts } from "./stored-part.ts";
import { SOURCES, type Source, type StoredTable } from "./tables.ts";

/**
 * Creates a view of each table of a state directory: its Parquet files, and the rows that are still in journals. Another
 * process may write to the directory meanwhile; the views show what was there now.
 * @param isWanted which tables; by default all
 * @returns damaged files, which are left out
 */
export async function createViews(
  database: Database,
  directory: StateDirectory,
  isWanted: (table: string) => boolean = () => true,
): Promise<string[]> {
  const damaged: string[] = [];
  for (const source of SOURCES) {
    for (const table of source.stored.filter(({ name }) => isWanted(name))) {
      const rows = await rowsOf(source, table, directory, damaged);
      await database.run(`CREATE OR REPLACE VIEW ${table.name} AS ${viewOf(table, rows)}`);
    }
  }
  return damaged;
}

async function rowsOf(
  source: Source,
  table: StoredTable,
  directory: StateDirectory,
  damaged: string[],
): Promise<string> {
  const [journals, files] = [directory.journals(source.name), directory.table(table.name)];
  const parts = [...(await listParts(journals)), ...(await listParts(files))];
  const { current } = currentParts(parts);
  const whole: Part[] = [];
  for (const part of current.filter(({ kind }) => kind === "parquet")) {
    const path = join(files, part.name);
    if (await isWhole(path)) whole.push(part);
    else damaged.push(path);
  }
  const waiting = current.filter(({ kind }) => kind === "journal");
  const relations = [
    ...(whole.length > 0 ? [`SELECT * FROM ${parquetRelation(files, whole)}`] : []),
    ...(waiting.length > 0
      ? [`SELECT * FROM ${journalRows(source, table, journals, waiting)}`]
      : []),
  ];
  return relations.length > 0
    ? relations.join(" UNION ALL BY NAME ")
    : emptyRelation(source, table);
}

/** A table without rows has its columns, too. */
function emptyRelation(source: Source, table: StoredTable): string {
  const columns = Object.entries(source.columns).map(([name, type]) => `NULL::${type} AS ${name}`);
  return table.select(`(SELECT ${columns.join(", ")} WHERE false)`);
}

/** The newest row of what a row describes; buckets of charts that several files share, joined. */
function viewOf({ name }: StoredTable, rows: string): string {
  const kept: KeptTable | undefined = KEPT_TABLES[name as KeptTableName];
  if (kept === undefined) {
    return (
      `SELECT name, time, sum(seconds)::BIGINT AS seconds, sum(sum) AS sum, ` +
      `min(min) AS min, max(max) AS max FROM (${rows}) GROUP BY name, time`
    );
  }
  if (kept.identity === null) return rows;
  const identity = kept.identity.join(", ");
  return (
    `SELECT * FROM (${rows}) ` +
    `QUALIFY row_number() OVER (PARTITION BY ${identity} ORDER BY updated DESC) = 1`
  );
}
