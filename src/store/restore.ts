import { type KeptBucket, SCALES, type Scale } from "../model/history.ts";
import type { NodeModel } from "../model/node-model.ts";
import { Database } from "./database.ts";
import type { StateDirectory } from "./state-directory.ts";
import { CHART_TABLES, type ChartTable, COVERED } from "./tables.ts";
import { createViews } from "./views.ts";

const MEMORY_MB = 128;

/**
 * Gives a model the charts that earlier processes kept, so that a page shows them after a restart. Call it before this
 * process keeps anything, or that would count twice.
 * @returns damaged files, which are left out
 */
export async function restoreCharts(
  model: NodeModel,
  directory: StateDirectory,
): Promise<readonly string[]> {
  const database = await Database.open({ memoryMb: MEMORY_MB, threads: 1, temporary: null });
  try {
    const damaged = await createViews(database, directory);
    for (const scale of Object.keys(SCALES) as Scale[]) {
      model.restore(scale, await bucketsOf(database, scale, model.now));
    }
    return damaged;
  } finally {
    database.close();
  }
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
