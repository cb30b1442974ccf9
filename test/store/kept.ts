import { onTestFinished } from "vitest";
import type { StreamEvent } from "../../src/event/notice.ts";
import { NodeModel } from "../../src/model/node-model.ts";
import { Compactor } from "../../src/store/compactor.ts";
import { Database, type SqlRow } from "../../src/store/database.ts";
import { Keeper } from "../../src/store/keeper.ts";
import { StateDirectory } from "../../src/store/state-directory.ts";
import { Store } from "../../src/store/store.ts";
import { SOURCES } from "../../src/store/tables.ts";
import { createViews } from "../../src/store/views.ts";
import { BEGIN, KINDS } from "../model/events.ts";

export const MB = 1 << 20;

/** Keeps events in a state directory. @returns their model */
export async function keep(path: string, events: readonly StreamEvent[]): Promise<NodeModel> {
  const store = await Store.open(path, { maxBytes: 100 * MB });
  const model = new NodeModel(BEGIN);
  model.learn(KINDS);
  const keeper = new Keeper(store, model);
  for (const event of events) {
    model.see(event);
    keeper.see([event]);
    keeper.tick(model);
  }
  model.advance(events.at(-1)!.time + 1000);
  keeper.tick(model);
  await keeper.close(model);
  return model;
}

/** Turns all journals into Parquet files. */
export function compact(path: string, maxBytes = 100 * MB): Promise<void> {
  const complete = new Map(SOURCES.map(({ name }) => [name, Number.POSITIVE_INFINITY]));
  return new Compactor(new StateDirectory(path), maxBytes).run(complete);
}

/** The answers of a state directory, and its damaged files. */
export async function ask(
  path: string,
  ...queries: readonly string[]
): Promise<{ readonly damaged: readonly string[]; readonly answers: readonly SqlRow[][] }> {
  const database = await Database.open({ memoryMb: 200, threads: 1, temporary: null });
  onTestFinished(() => database.close());
  const damaged = await createViews(database, new StateDirectory(path));
  const answers: SqlRow[][] = [];
  for (const query of queries) answers.push(await database.rows(query));
  return { damaged, answers };
}
