/** DuckDB, in a module of its own: it is optional, and importing this fails where it is not installed. */
export { DuckDBInstance, StatementType } from "@duckdb/node-api";
