import { KeptRows, type KeptRowsByTable } from "../model/kept/kept-rows.ts";
import type { KeptRow, KeptTableName } from "../model/kept/tables.ts";
import { NodeModel } from "../model/node-model.ts";
import { incompleteText } from "../recording/incomplete-text.ts";
import { openStored } from "../recording/stored-events.ts";
import { Journal } from "./journal.ts";
import type { Span } from "./kept-reader.ts";
import type { StateDirectory } from "./state-directory.ts";

/** Which rows are kept, by table. */
export type Wanted = {
  readonly [Name in KeptTableName]?: (row: KeptRow<Name>) => boolean;
};

/**
 * Keeps in a new state directory what a dashboard would have kept of the events of a recording.
 * @returns the time that the recording covers, null if it has no event; and what readers must know of it: sentences
 * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION, RECORDING_CORRUPT, STATE_UNUSABLE
 */
export async function keepRecording(
  recording: string,
  directory: StateDirectory,
  wanted: Wanted,
): Promise<{ readonly span: Span | null; readonly notes: readonly string[] }> {
  const { reader, notes } = await openStored(recording);
  const release = directory.claim();
  try {
    const state = new RecordedState(directory, wanted);
    let model: NodeModel | null = null;
    let begin = 0;
    const rows = new KeptRows();
    for await (const events of reader.batches()) {
      begin ||= events[0]!.time;
      model ??= new NodeModel(begin);
      model.learn(reader.kinds);
      for (const event of events) {
        const { second } = model;
        model.see(event);
        rows.see(event);
        if (model.second > second) state.add(rows.take(model.moment));
      }
      await state.write();
    }
    if (model !== null) state.add(rows.rest(model.moment));
    await state.close();
    const incomplete = reader.files.flatMap((file) => file.incomplete ?? []);
    return {
      span: model && [begin, model.now],
      notes: [...notes, ...incomplete.map(incompleteText)],
    };
  } finally {
    release();
  }
}

/** The wanted rows, in a journal for each table. */
class RecordedState {
  readonly #journals: readonly (readonly [KeptTableName, Journal])[];
  readonly #wanted: Wanted;

  constructor(directory: StateDirectory, wanted: Wanted) {
    this.#wanted = wanted;
    const names = Object.keys(wanted) as KeptTableName[];
    this.#journals = names.map((name) => [name, new Journal(directory.journals(name), 1)]);
  }

  add(rows: KeptRowsByTable): void {
    for (const [name, journal] of this.#journals) {
      const isWanted = this.#wanted[name] as (row: object) => boolean;
      for (const row of rows[name].filter(isWanted)) journal.add(row);
    }
  }

  async write(): Promise<void> {
    for (const [, journal] of this.#journals) await journal.write();
  }

  async close(): Promise<void> {
    await this.write();
    for (const [, journal] of this.#journals) await journal.close();
  }
}
