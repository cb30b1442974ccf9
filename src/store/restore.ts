import { MAX_CONNECTED } from "../model/blocks/node-blocks.ts";
import { type KeptBucket, SCALES, type Scale } from "../model/history.ts";
import { keptLists } from "../model/kept/kept-lists.ts";
import type { NodeModel } from "../model/node-model.ts";
import { Database } from "./database.ts";
import type { StateDirectory } from "./state-directory.ts";
import { CHART_TABLES, type ChartTable, COVERED } from "./tables.ts";
import { createViews } from "./views.ts";

const MEMORY_MB = 128;

/**
 * Gives a model the charts and lists that earlier processes kept, so that pages show them after a restart. Call it before this
 * process keeps anything, or that would count twice.
 * @returns damaged files, which are left out
 */
export async function restore(
  model: NodeModel,
  directory: StateDirectory,
): Promise<readonly string[]> {
  const database = await Database.open({ memoryMb: MEMORY_MB, threads: 1, temporary: null });
  try {
    const damaged = await createViews(database, directory);
    for (const scale of Object.keys(SCALES) as Scale[]) {
      model.restoreCharts(scale, await bucketsOf(database, scale, model.now));
    }
    const [blocks, reorganisations, flushes, incidents] = [
      await database.rows(newest("document", "blocks", "document IS NOT NULL", MAX_CONNECTED)),
      await database.rows(newest(REORGANISATION, "reorganisations", "true", MAX_LISTED)),
      await database.rows(newest(FLUSH, "flushes", "true", MAX_LISTED)),
      await database.rows(newest(INCIDENT, "incidents", "true", MAX_LISTED)),
    ];
    model.restoreLists(keptLists({ blocks, reorganisations, flushes, incidents }));
    return damaged;
  } finally {
    database.close();
  }
}

const MAX_LISTED = 100;
/** Numbers, where DuckDB's client would write large integers as text. */
const TIME = "epoch_us(time) / 1000 AS time";
const REORGANISATION = `pid::DOUBLE AS pid, ${TIME}, height::DOUBLE AS height, depth::DOUBLE AS depth, replaced,
  returned::DOUBLE AS returned, dropped::DOUBLE AS dropped, tip_height::DOUBLE AS tip_height, tip_hash`;
const FLUSH = `${TIME}, mode, duration_ms, coins::DOUBLE AS coins, memory_bytes::DOUBLE AS memory_bytes, for_prune`;
const INCIDENT = `${TIME}, id, kind, severity, epoch_us(ended) / 1000 AS ended, pid::DOUBLE AS pid, object_kind,
  object_id, text, evidence`;

function newest(columns: string, table: string, where: string, most: number): string {
  return `SELECT ${columns} FROM ${table} WHERE ${where} ORDER BY ${table}.time DESC LIMIT ${most}`;
}

/** @param now ms since the epoch */
async function bucketsOf(database: Database, scale: Scale, now: number): Promise<KeptBucket[]> {
  const { step, length } = SCALES[scale];
  const from = Math.floor(now - step * length);
  const result = await database.connection.runAndReadAll(
    `SELECT name, epoch_ms(time) // ${step} * ${step} AS begin, sum(sum) AS sum
    FROM ${tableFor(step)} WHERE time >= epoch_ms(${from})
    GROUP BY ALL`,
  );
  const [names = [], begins = [], sums = []] = result.getColumns() as [
    string[]?,
    bigint[]?,
    number[]?,
  ];
  return names.map((name, i) => ({
    name: name === COVERED ? null : name,
    begin: Number(begins[i]),
    sum: sums[i]!,
  }));
}

/** The coarsest table whose buckets fit into those of the step. */
function tableFor(step: number): ChartTable {
  const fitting = Object.entries(CHART_TABLES).filter(([, { stepMs }]) => step % stepMs === 0);
  return fitting.at(-1)![0] as ChartTable;
}
