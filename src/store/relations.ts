import { join } from "node:path";
import { quoted } from "./database.ts";
import type { Part } from "./part.ts";
import type { Source, StoredTable } from "./tables.ts";

/** A relation of SQL: the rows of Parquet files. */
export function parquetRelation(directory: string, parts: readonly Part[]): string {
  return `read_parquet(${list(directory, parts)})`;
}

/** A relation of SQL: a table's rows that are still in journals. A line that a crash cut is left out. */
export function journalRows(
  { columns }: Source,
  { select }: StoredTable,
  directory: string,
  journals: readonly Part[],
): string {
  const types = Object.entries(columns).map(([name, type]) => `${name}: '${type}'`);
  const [first] = Object.keys(columns);
  const lines =
    `(SELECT * FROM read_json(${list(directory, journals)}, format = 'newline_delimited', ` +
    `columns = {${types.join(", ")}}, ignore_errors = true) WHERE ${first} IS NOT NULL)`;
  return `(${select(lines)})`;
}

function list(directory: string, parts: readonly Part[]): string {
  return `[${parts.map(({ name }) => quoted(join(directory, name))).join(", ")}]`;
}
