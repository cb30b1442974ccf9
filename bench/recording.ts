/**
 * `npm run bench:recording`: what recording, replaying and exporting take, with the events of a simulated node that reindexes, and of one that
 * relays transactions. It needs no privileges.
 *
 *     --events N    2 million by default
 *     --quick       100,000
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { RawEvent } from "#src/event/event.js";
import type { EventKind } from "#src/event/kind.js";
import { exportTables } from "#src/recording/export.js";
import type { Codec } from "#src/recording/format.js";
import { Destination } from "#src/recording/location.js";
import { ParquetTable } from "#src/recording/parquet-table.js";
import { Recorder } from "#src/recording/recorder.js";
import { RecordingReader } from "#src/recording/recording-reader.js";
import { layoutsOf } from "#src/simulate/layouts.js";
import { simulateReindex } from "#src/simulate/reindex.js";
import { simulate } from "#src/simulate/simulation.js";
import type { SimulatedEvent } from "#src/simulate/world.js";
import { type Cell, table } from "./table.ts";
import { inTemporaryDirectory } from "./temporary-directory.ts";

const RELEASE = 31;
const BATCH = 4096;

const { values: options } = parseArgs({
  options: {
    events: { type: "string", default: "2000000" },
    quick: { type: "boolean", default: false },
  },
});
const EVENTS = options.quick ? 100_000 : Number(options.events);
/** Batches of events that are made once and recorded again and again. */
const DISTINCT = options.quick ? 5 : 50;
const KINDS: readonly EventKind[] = [...layoutsOf(RELEASE)].map(([name, fields]) => ({
  name,
  fields: fields.filter(({ type }) => type !== "bytes"),
}));
const FIELDS = new Map(KINDS.map(({ name, fields }) => [name, fields.map((field) => field.name)]));
const STREAMS: Readonly<Record<string, Iterable<SimulatedEvent>>> = {
  coins: simulateReindex({ seed: 1, release: RELEASE }),
  relay: simulate({ seed: 1, release: RELEASE }),
};

/** Batches of events as a session delivers them, 2 µs apart. */
function batchesOf(simulated: Iterable<SimulatedEvent>): RawEvent[][] {
  const batches: RawEvent[][] = [];
  let batch: RawEvent[] = [];
  let ktime = 1e15;
  for (const { tracepoint, args } of simulated) {
    ktime += 1500 + (ktime % 1000);
    batch.push({
      tracepoint,
      time: ktime / 1e6 + 1_795_249_000_000.25,
      ktime,
      tid: 4711,
      thread: "b-msghand",
      cpu: 1,
      pid: 4700,
      ...Object.fromEntries(FIELDS.get(tracepoint)!.map((name) => [name, args[name]])),
    });
    if (batch.length < BATCH) continue;
    batches.push(batch);
    if (batches.length === DISTINCT) break;
    batch = [];
  }
  return batches;
}

/** Events a second. @param work resolves to a number of events */
async function rate(work: () => Promise<number>): Promise<number> {
  const begin = performance.now();
  const events = await work();
  return events / ((performance.now() - begin) / 1000);
}

async function measure(
  name: string,
  batches: readonly RawEvent[][],
  codec: Codec,
  directory: string,
): Promise<Cell[]> {
  const path = join(directory, "recording");
  const destination = new Destination(path, false);
  const recorder = await Recorder.open({
    createFile: () => destination.create(),
    writer: "bench",
    codec,
    rotation: { bytes: null, ms: null },
    maxPayload: 0,
  });
  const recorded = await rate(async () => {
    for (let i = 0; recorder.events < EVENTS; i++) {
      await recorder.write(batches[i % batches.length]!, KINDS);
    }
    await recorder.close(null);
    return recorder.events;
  });
  const replayed = await rate(async () => {
    let events = 0;
    for await (const batch of new RecordingReader([path]).batches()) events += batch.length;
    return events;
  });
  const rows = await rate(async () => {
    const format = { extension: ".parquet", Table: ParquetTable };
    return (await exportTables(path, join(directory, "tables"), format)).rows;
  });
  return [`${name}, ${codec}`, recorded, recorder.bytes / recorder.events, replayed, rows];
}

const rows: Cell[][] = [];
for (const [name, simulated] of Object.entries(STREAMS)) {
  const batches = batchesOf(simulated);
  for (const codec of ["none", "gzip"] as const) {
    rows.push(await inTemporaryDirectory((directory) => measure(name, batches, codec, directory)));
  }
}
console.log(
  table(["events, codec", "recorded/s", "bytes/event", "replayed/s", "Parquet rows/s"], rows),
);
