import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { CorelensError } from "../../src/errors.ts";
import { readInfo } from "../../src/recording/info.ts";
import { filesOf } from "../../src/recording/location.ts";
import { readOutline } from "../../src/recording/outline.ts";
import { record, SIMULATED_KINDS, simulatedEvents, temporaryDirectory } from "./recordings.ts";

const EVENTS = simulatedEvents(300);

async function recorded(): Promise<string> {
  const path = join(temporaryDirectory(), "a");
  await record(path, SIMULATED_KINDS, EVENTS, { batch: 50, maxPayload: 100 });
  return path;
}

it("an outline has the first and last time without reading the recording", async () => {
  const path = await recorded();
  const { bytes, span, damage, incomplete } = await readOutline([path]);
  expect(span).toEqual((await readInfo(path)).span);
  expect(bytes).toBe(readFileSync(path).length);
  expect([damage, incomplete]).toEqual([null, null]);
});

it("an outline treats the files of a directory as one recording", async () => {
  const path = `${temporaryDirectory()}/`;
  await record(path, SIMULATED_KINDS, EVENTS, { batch: 20, rotation: { bytes: 4000, ms: null } });
  const files = await filesOf(path);
  expect(files.length).toBeGreaterThan(2);
  expect((await readOutline(files)).span).toEqual((await readInfo(path)).span);
});

it("the outline of a cut recording ends with its last readable event", async () => {
  const path = await recorded();
  truncateSync(path, readFileSync(path).length - 300);
  const { span, incomplete } = await readOutline([path]);
  expect(incomplete).toMatchObject({ path });
  expect(span).toEqual((await readInfo(path)).span);
});

it("any damaged file is refused or outlined", async () => {
  const path = await recorded();
  const bytes = readFileSync(path);
  const [first, last] = (await readInfo(path)).span!;
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (at, value) => {
      const damaged = Buffer.from(bytes);
      damaged[at] = value;
      writeFileSync(path, damaged);
      const outline = await readOutline([path]).catch((error) => error);
      if (outline instanceof CorelensError) return;
      if (outline.span) expect(first <= outline.span[0] && outline.span[1] <= last).toBe(true);
      else expect(outline.damage ?? outline.incomplete).not.toBeNull();
    }),
    { numRuns: 200 },
  );
});

it("a file that is not a recording is refused", async () => {
  const path = join(temporaryDirectory(), "noise");
  writeFileSync(path, "no recording at all");
  expect(await readOutline([path])).toMatchObject({
    span: null,
    damage: { code: "RECORDING_CORRUPT" },
  });
  await expect(readOutline([`${path}2`])).rejects.toMatchObject({ code: "FILE_UNREADABLE" });
});
