/**
 * What recording and replaying take: `npm run build && node bench/recording.js [--events N]`. Needs no rights; the
 * events are those of the simulated node that reindexes, and of the one that relays transactions.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { exportTables } from "../dist/recording/export.js";
import { Destination } from "../dist/recording/location.js";
import { ParquetTable } from "../dist/recording/parquet-table.js";
import { Recorder } from "../dist/recording/recorder.js";
import { RecordingReader } from "../dist/recording/recording-reader.js";
import { layoutsOf } from "../dist/simulate/layouts.js";
import { simulateReindex } from "../dist/simulate/reindex.js";
import { simulate } from "../dist/simulate/simulation.js";
import { table } from "./table.js";

const RELEASE = 31;
const BATCH = 4096;
/** Events that are made once and recorded again and again. */
const DISTINCT = 50 * BATCH;

const { values: options } = parseArgs({
  options: { events: { type: "string", default: "2000000" } },
});
const wanted = Number(options.events);
const kinds = [...layoutsOf(RELEASE)].map(([name, fields]) => ({
  name,
  fields: fields.filter(({ type }) => type !== "bytes"),
}));
const namesOf = new Map(kinds.map(({ name, fields }) => [name, fields.map((field) => field.name)]));

/**
 * As a session delivers them, 2 µs apart.
 * @param {Iterable<import("../dist/simulate/world.js").SimulatedEvent>} simulated
 */
function batchesOf(simulated) {
  const batches = [[]];
  let ktime = 1e15;
  for (const { tracepoint, args } of simulated) {
    if (batches.at(-1).length === BATCH) batches.push([]);
    ktime += 1500 + (ktime % 1000);
    batches.at(-1).push({
      tracepoint,
      time: ktime / 1e6 + 1_795_249_000_000.25,
      ktime,
      tid: 4711,
      thread: "b-msghand",
      cpu: 1,
      pid: 4700,
      ...Object.fromEntries(namesOf.get(tracepoint).map((name) => [name, args[name]])),
    });
    if (batches.length * BATCH > DISTINCT && batches.at(-1).length === BATCH) return batches;
  }
  return batches;
}

/**
 * @param {() => Promise<number>} work resolves to a number of events
 * @returns {Promise<number>} events a second
 */
async function rate(work) {
  const begin = performance.now();
  const events = await work();
  return events / ((performance.now() - begin) / 1000);
}

/**
 * @param {string} name
 * @param {object[][]} batches
 * @param {"none" | "gzip"} codec
 */
async function measure(name, batches, codec) {
  const directory = mkdtempSync(join(tmpdir(), "corelens-bench-"));
  const path = join(directory, "recording");
  try {
    const recorder = await Recorder.open({
      destination: await Destination.at(path, false),
      writer: "bench",
      codec,
      rotation: { bytes: null, ms: null },
      maxPayload: 0,
    });
    const recorded = await rate(async () => {
      for (let i = 0; recorder.events < wanted; i++) {
        await recorder.write(batches[i % batches.length], kinds);
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
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const headings = ["events, codec", "recorded/s", "bytes/event", "replayed/s", "Parquet rows/s"];
const rows = [];
for (const [name, simulated] of [
  ["coins", simulateReindex({ seed: 1, release: RELEASE })],
  ["relay", simulate({ seed: 1, release: RELEASE })],
]) {
  const batches = batchesOf(simulated);
  for (const codec of ["none", "gzip"]) rows.push(await measure(name, batches, codec));
}
console.log(table(headings, rows));
