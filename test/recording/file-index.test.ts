import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { type FileIndex, readFileIndex } from "../../src/recording/file-index.ts";
import type { Codec } from "../../src/recording/format.ts";
import { readOutline } from "../../src/recording/outline.ts";
import { RecordingReader } from "../../src/recording/recording-reader.ts";
import { OutputFiles } from "../../src/session/privilege/output-files.ts";
import { record, SIMULATED_KINDS, simulatedEvents, temporaryDirectory } from "./recordings.ts";

const EVENTS = simulatedEvents(600);

/** A recording of blocks of 50 events, with its index. */
async function recorded(codec: Codec = "none"): Promise<string> {
  const path = join(temporaryDirectory(), "a.corelens");
  const files = new OutputFiles(null);
  const createIndex = (): ReturnType<OutputFiles["create"]> => files.create(`${path}.index`);
  await record(path, SIMULATED_KINDS, EVENTS, { batch: 50, codec, createIndex, maxPayload: 100 });
  return path;
}

const placesOf = ({ frames }: FileIndex): number[] => frames.map(({ at }) => at);

it.each(["none", "gzip"] as const)(
  "a missing index is rebuilt from the file (%s)",
  async (codec) => {
    const path = await recorded(codec);
    const stored = await readFileIndex(path);
    rmSync(`${path}.index`);
    const rebuilt = await readFileIndex(path);
    expect(placesOf(rebuilt)).toEqual(placesOf(stored));
    expect(rebuilt.blocks.map(({ first }) => first)).toEqual(
      stored.blocks.map(({ first }) => first),
    );
    expect(stored.blocks.map(({ events }) => events)).toEqual(Array(12).fill(50));
    expect(rebuilt.blocks.map(({ events }) => events)).toEqual(Array(12).fill(null));
    expect([rebuilt.end, rebuilt.isComplete]).toEqual([readFileSync(path).length, true]);
  },
);

it("reading from any block gives the events from there on", async () => {
  const path = await recorded();
  const index = await readFileIndex(path);
  for (const [i, { at }] of index.blocks.entries()) {
    const events = [];
    for await (const batch of new RecordingReader([path], index.planFrom(at)).batches()) {
      events.push(...batch.map(({ time }) => time));
    }
    expect(events).toEqual(EVENTS.slice(i * 50).map(({ time }) => time));
  }
});

it("an index that is behind is continued, and so is the index of a file that grew", async () => {
  const path = await recorded();
  const whole = readFileSync(path);
  const index = await readFileIndex(path);
  truncateSync(`${path}.index`, 12 + 40 * 20 + 7);
  expect(placesOf(await readFileIndex(path))).toEqual(placesOf(index));
  const { at } = index.blocks[6]!;
  truncateSync(path, at + 10);
  const cut = await readFileIndex(path);
  expect(cut).toMatchObject({ end: at, isComplete: false, incomplete: { at, size: 10 } });
  appendFileSync(path, whole.subarray(at + 10));
  expect(placesOf(await readFileIndex(path, cut))).toEqual(placesOf(index));
});

it("an index of other bytes never misleads: blocks are found, or the file's own frames are", async () => {
  const path = await recorded();
  const places = placesOf(await readFileIndex(path));
  const bytes = readFileSync(`${path}.index`);
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (at, value) => {
      const damaged = Buffer.from(bytes);
      damaged[at] = value;
      writeFileSync(`${path}.index`, damaged);
      expect(placesOf(await readFileIndex(path))).toEqual(places);
    }),
    { numRuns: 100 },
  );
});

it("the index of another recording is not used", async () => {
  const [path, other] = [await recorded(), await recorded("gzip")];
  const places = placesOf(await readFileIndex(path));
  writeFileSync(`${path}.index`, readFileSync(`${other}.index`));
  expect(placesOf(await readFileIndex(path))).toEqual(places);
  expect((await readOutline([path])).damage).toBeNull();
});
