import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { filesOf } from "../../src/recording/location.ts";
import { describeNeeding, root } from "../helpers/needs.ts";
import {
  read,
  record,
  recorderAt,
  SIMULATED_KINDS,
  simulatedEvents,
  temporaryDirectory,
} from "./recordings.ts";

const EVENTS = simulatedEvents(3000);

describe("a recorder", () => {
  it("begins a new file at the maximum size, and each file is readable alone", async () => {
    const directory = temporaryDirectory();
    const rotation = { bytes: 20_000, ms: null };
    await record(directory, SIMULATED_KINDS, EVENTS, { rotation, batch: 50, maxPayload: 0 });
    const files = await filesOf(directory);
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) expect(statSync(file).size).toBeLessThan(20_200);
    const parts = await Promise.all(files.map(read));
    expect(parts.map(({ error }) => error)).toEqual(files.map(() => null));
    expect(parts.flatMap(({ events }) => events)).toEqual((await read(directory)).events);
    expect((await read(directory)).events.length).toBe(EVENTS.length);
    expect((await read(directory)).reader.kinds).toEqual(SIMULATED_KINDS);
  });

  it("begins a new file at the maximum age", async () => {
    const directory = temporaryDirectory();
    const recorder = await recorderAt(directory, { rotation: { bytes: null, ms: 30 } });
    for (const event of EVENTS.slice(0, 3)) {
      await recorder.write([event], SIMULATED_KINDS);
      recorder.flush();
      await sleep(50);
    }
    await recorder.close(null);
    expect(recorder.files).toBeGreaterThanOrEqual(3);
    expect((await read(directory)).events).toEqual(EVENTS.slice(0, 3));
  });

  it("keeps flushed events when its process is killed", async () => {
    const path = join(temporaryDirectory(), "open");
    const recorder = await recorderAt(path);
    await recorder.write(EVENTS.slice(0, 10), SIMULATED_KINDS);
    recorder.flush();
    await expect.poll(async () => (await read(path)).events.length).toBe(10);
    const { reader, events } = await read(path);
    expect(events).toEqual(EVENTS.slice(0, 10));
    expect(reader.files[0]).toMatchObject({ complete: false, incomplete: null });
    await recorder.close({ nanosecondsPerHit: 250.5, runs: 10 });
    const closed = await read(path);
    expect(closed.reader.files[0]).toMatchObject({ complete: true });
    expect(closed.reader.cost).toEqual({ nanosecondsPerHit: 250.5, runs: 10 });
  });

  it("never overwrites a file", async () => {
    const path = join(temporaryDirectory(), "once");
    await record(path, SIMULATED_KINDS, EVENTS.slice(0, 1));
    await expect(recorderAt(path)).rejects.toMatchObject({ code: "FILE_UNWRITABLE" });
    expect((await read(path)).events.length).toBe(1);
  });

  it("reports the path that it cannot write", async () => {
    await expect(recorderAt("/nowhere/at/all")).rejects.toMatchObject({ code: "FILE_UNWRITABLE" });
  });
});

describeNeeding([root], "a recorder on a full disk", () => {
  it("ends with OUTPUT_GONE and leaves whole frames", async () => {
    const directory = temporaryDirectory();
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", directory]);
    onTestFinished(() => void execFileSync("umount", [directory]));
    const path = join(directory, "full");
    const recording = record(path, SIMULATED_KINDS, EVENTS, { batch: 50 });
    await expect(recording).rejects.toMatchObject({ code: "OUTPUT_GONE", exitStatus: 6 });
    const { events, error, reader } = await read(path);
    expect(error).toBeNull();
    expect(reader.files[0]).toMatchObject({ complete: false, incomplete: null });
    expect(events.length).toBeGreaterThan(100);
    expect(events).toEqual(EVENTS.slice(0, events.length));
  });
});
