import { mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FlightRecorder } from "../../src/recording/flight-recorder.ts";
import { KeptRecordings } from "../../src/recording/kept-recordings.ts";
import { filesOf } from "../../src/recording/location.ts";
import { readOutline } from "../../src/recording/outline.ts";
import { eventsOf, KINDS } from "../model/events.ts";
import { read, temporaryDirectory } from "./recordings.ts";

const EVENTS = eventsOf(60);
const FIRST = EVENTS[0]!.time;
const LAST = EVENTS.at(-1)!.time;

/** A flight recording in several files, of which the last one is not finished. */
async function recorded(): Promise<KeptRecordings> {
  const kept = new KeptRecordings(temporaryDirectory());
  for (const second of [0, 20, 40]) {
    const recorder = await FlightRecorder.start({ directory: kept.flight, budget: 1e9 });
    const from = FIRST + second * 1000;
    for (let time = from; time < from + 20_000; time += 1000) {
      const events = EVENTS.filter((event) => event.time >= time && event.time < time + 1000);
      if (events.length > 0) recorder.see(events, KINDS);
    }
    if (second === 40) recorder.see([EVENTS.at(-1)!], KINDS);
    await recorder.close(null);
  }
  return kept;
}

describe("the end of a flight recording", () => {
  it("is saved with its events, which stay when the flight recording is deleted", async () => {
    const kept = await recorded();
    const all = (await read(kept.flight)).events;
    const saved = await kept.saveLast(30_000, "incident-1");
    expect(saved).toMatchObject({ name: "incident-1", last: LAST });
    rmSync(kept.flight, { recursive: true });
    const { events, error, reader } = await read(saved.path);
    expect(error).toBeNull();
    expect(events).toEqual(all.slice(-events.length));
    expect(events[0]!.time).toBe(saved.first);
    expect(saved.first).toBeLessThanOrEqual(LAST - 29_000);
    expect(reader.files.every(({ complete }) => complete)).toBe(true);
    expect((await readOutline(await filesOf(saved.path))).span).toEqual([saved.first, LAST]);
    expect(await kept.names()).toEqual(["incident-1"]);
  });

  it("takes no further space for whole files", async () => {
    const kept = await recorded();
    const { path } = await kept.saveLast(1e9, null);
    const files = await filesOf(path);
    expect(files.map((file) => statSync(file).nlink)).toEqual([2, 2, 2]);
    expect((await read(path)).events).toEqual((await read(kept.flight)).events);
  });

  it("is copied from a file that is being written", async () => {
    const kept = new KeptRecordings(temporaryDirectory());
    const recorder = await FlightRecorder.start({ directory: kept.flight, budget: 1e9 });
    recorder.see(EVENTS.slice(0, 50), KINDS);
    await expect.poll(() => kept.saveLast(1000, "now").catch(() => null)).not.toBeNull();
    const { path } = await kept.saveLast(1000, "later");
    recorder.see(EVENTS.slice(50), KINDS);
    await recorder.close(null);
    const { events, reader } = await read(path);
    expect(events).toEqual(EVENTS.slice(0, 50));
    expect(reader.files[0]!.complete).toBe(true);
  });

  it("is not saved under a name that exists, and leaves nothing when it fails", async () => {
    const kept = await recorded();
    await kept.saveLast(1000, "once");
    const again = kept.saveLast(1000, "once");
    await expect(again).rejects.toMatchObject({ code: "FILE_UNWRITABLE" });
    expect(readdirSync(kept.path).sort()).toEqual(["flight", "once"]);
  });

  it("needs a flight recording", async () => {
    const kept = new KeptRecordings(join(temporaryDirectory(), "nothing"));
    await expect(kept.saveLast(1000, "x")).rejects.toMatchObject({ code: "FILE_UNREADABLE" });
    expect(await kept.names()).toEqual([]);
  });
});

const HOSTILE = [
  "..",
  ".",
  "",
  "../other",
  "a/b",
  "/etc",
  ".hidden",
  "flight",
  "a\n",
  "x".repeat(200),
];

it.each(HOSTILE)("the name %j neither saves nor deletes", async (name) => {
  const kept = await recorded();
  await expect(kept.saveLast(1000, name)).rejects.toMatchObject({ code: "USAGE" });
  await expect(kept.delete(name)).rejects.toMatchObject({ code: "USAGE" });
  expect(await kept.names()).toEqual(["flight"]);
});

it("only recordings are deleted, not what a link leads to", async () => {
  const kept = await recorded();
  await kept.saveLast(1000, "old");
  const elsewhere = temporaryDirectory();
  mkdirSync(join(elsewhere, "sub"));
  symlinkSync(elsewhere, join(kept.path, "link"));
  writeFileSync(join(kept.path, "notes.txt"), "");
  for (const name of ["link", "notes.txt", "unknown"]) {
    await expect(kept.delete(name)).rejects.toMatchObject({ code: "RECORDING_UNKNOWN" });
  }
  await kept.delete("old");
  expect(readdirSync(elsewhere)).toEqual(["sub"]);
  expect(await kept.names()).toEqual(["flight"]);
});
