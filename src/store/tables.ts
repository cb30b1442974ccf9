import { type ColumnType, KEPT_TABLES, type KeptTable } from "../model/kept/tables.ts";

/** Rows as they are written to a journal. */
export interface Source {
  readonly name: string;
  /** The types in which DuckDB reads the journal's JSON, by column. The first column is the time of the row, never null. */
  readonly columns: Readonly<Record<string, string>>;
  readonly stored: readonly StoredTable[];
}

/** Parquet files that are made from journals. */
export interface StoredTable {
  readonly name: string;
  /** The rows of a relation with the columns of the source. */
  readonly select: (journal: string) => string;
  /** SQL terms. */
  readonly order: readonly string[];
  readonly keepMs: number;
  /** How often rows are merged into larger files. */
  readonly levels: number;
  /** Whether its oldest rows are deleted first when the disk budget is used up. */
  readonly isBulky: boolean;
}

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;
const KEEP_MS = 90 * DAY;

/** The resolutions of charts on disk, finest first. */
export const CHART_TABLES = {
  charts_1s: { stepMs: SECOND, keepMs: 2 * HOUR, levels: 0 },
  charts_10s: { stepMs: 10 * SECOND, keepMs: 2 * DAY, levels: 1 },
  charts_5min: { stepMs: 300 * SECOND, keepMs: KEEP_MS, levels: 2 },
} as const;

export type ChartTable = keyof typeof CHART_TABLES;

/** The column of charts that counts the seconds for which the others are known. */
export const COVERED = "";

/**
 * The seconds of all charts. A journal's line has the sums of a second by column, without zeros. A bucket of a table
 * has the sum, minimum and maximum of its seconds; a row for part of a bucket is joined with the others when it is read.
 */
const SECONDS: Source = {
  name: "seconds",
  columns: { time: "BIGINT", sums: "MAP(VARCHAR, DOUBLE)" },
  stored: Object.entries(CHART_TABLES).map(([name, { stepMs, keepMs, levels }]) => ({
    name,
    select: (journal) => bucketsOf(journal, stepMs),
    order: ["name", "time"],
    ...{ keepMs, levels },
    isBulky: false,
  })),
};

function bucketsOf(journal: string, stepMs: number): string {
  return `
    WITH lines AS (SELECT time // ${stepMs} * ${stepMs} AS time, unnest(map_entries(sums)) AS entry FROM ${journal}),
    buckets AS (
      SELECT entry.key AS name, time, count(*) AS seconds, sum(entry.value) AS sum,
        min(entry.value) AS min, max(entry.value) AS max
      FROM lines GROUP BY ALL),
    covered AS (SELECT time, seconds FROM buckets WHERE name = '${COVERED}')
    SELECT name, epoch_ms(time) AS time, buckets.seconds, sum,
      CASE WHEN buckets.seconds < covered.seconds THEN least(min, 0) ELSE min END AS min,
      CASE WHEN buckets.seconds < covered.seconds THEN greatest(max, 0) ELSE max END AS max
    FROM buckets JOIN covered USING (time)`;
}

function keptSource(name: string, table: KeptTable): Source {
  const columns = Object.entries(table.columns);
  const selected = columns.map(([column, { type }]) =>
    type === "time" ? `make_timestamp((${column} * 1000)::BIGINT) AS ${column}` : column,
  );
  return {
    name,
    columns: Object.fromEntries(columns.map(([column, { type }]) => [column, JOURNAL_TYPES[type]])),
    stored: [
      {
        name,
        select: (journal) => `SELECT ${selected.join(", ")} FROM ${journal}`,
        order: table.order,
        keepMs: KEEP_MS,
        levels: 2,
        isBulky: name === "transactions" || name === "connections",
      },
    ],
  };
}

const JOURNAL_TYPES: Readonly<Record<ColumnType, string>> = {
  time: "DOUBLE",
  text: "VARCHAR",
  integer: "BIGINT",
  real: "DOUBLE",
  flag: "BOOLEAN",
  json: "JSON",
};

export const SOURCES: readonly Source[] = [
  SECONDS,
  ...Object.entries(KEPT_TABLES).map(([name, table]) => keptSource(name, table)),
];
