import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { FlightRecorder } from "../../src/recording/flight-recorder.ts";
import { segmentsIn } from "../../src/recording/flight-segments.ts";
import { KeptRecordings } from "../../src/recording/kept-recordings.ts";
import { RunningCommand } from "../helpers/command.ts";
import { eventsOf, KINDS } from "../model/events.ts";
import { read, temporaryDirectory } from "../recording/recordings.ts";
import { documentFlaws } from "./json-rules.ts";

const EVENTS = eventsOf(30);
const GAP_MS = 3_600_000;

/** A state directory with a flight recording in two files, an hour apart. */
async function stateDirectory(): Promise<string> {
  const state = temporaryDirectory();
  const { flight } = new KeptRecordings(join(state, "recordings"));
  for (const shift of [0, GAP_MS]) {
    const recorder = await FlightRecorder.start({ directory: flight, budget: 1e9 });
    recorder.see(
      EVENTS.map((event) => ({ ...event, time: event.time + shift })),
      KINDS,
    );
    await recorder.close(null);
  }
  giveAway(state);
  return state;
}

/** Root's commands read as the user nobody. */
function giveAway(path: string): void {
  chmodSync(path, 0o755);
  if (process.getuid?.() === 0) execFileSync("chown", ["-R", "nobody", path]);
}

async function run(...args: readonly string[]): Promise<RunningCommand> {
  const command = new RunningCommand(["recordings", ...args]);
  await command.ended;
  return command;
}

it("the last minutes are saved, listed and deleted without the dashboard", async () => {
  const state = await stateDirectory();
  const saved = await run("save", "--span", "1m", "incident-1", "--state", state);
  expect(saved.stderr).toBe("");
  expect(saved.stdout).toMatch(/^saved incident-1: [\d,]+ events, \d+ s\n$/);
  const { events } = await read(join(state, "recordings/incident-1"));
  expect(events.length).toBe(EVENTS.length);
  const list = await run("--state", state, "--json");
  const document = JSON.parse(list.stdout);
  expect(documentFlaws(document)).toEqual([]);
  expect(document.recordings).toMatchObject([
    { name: "flight", events: 2 * EVENTS.length, lost: 0, files: 2, complete: true, damage: null },
    { name: "incident-1", events: EVENTS.length, files: 1, complete: true, gaps: [] },
  ]);
  expect(document.recordings[0].gaps.length).toBe(1);
  await run("delete", "incident-1", "--state", state);
  expect((await run("--state", state)).stdout).not.toContain("incident-1");
});

it("a list counts events without an index, and names damage", async () => {
  const state = await stateDirectory();
  const directory = join(state, "recordings");
  const [first, second] = await segmentsIn(join(directory, "flight"));
  rmSync(`${first}.index`);
  mkdirSync(join(directory, "noise"));
  writeFileSync(join(directory, "noise/a.corelens"), "no recording at all");
  rmSync(second!);
  giveAway(state);
  const list = await run(directory);
  expect(list.exitStatus).toBe(2);
  const [, flight, noise] = list.stdout.split("\n");
  const count = EVENTS.length.toLocaleString("en-US");
  expect(flight).toMatch(new RegExp(`^flight .* ${count} +0 .* complete$`));
  expect(noise).toMatch(/^noise .*damaged$/);
  expect(list.stdout).toContain("is not a recording: it is text");
});

it.each([
  ["save", "../x"],
  ["delete", "../recordings"],
  ["delete", "flight"],
])("%s %s is refused", async (...args) => {
  const state = await stateDirectory();
  const { exitStatus, stderr } = await run(...args, "--state", state);
  expect([exitStatus, stderr]).toEqual([2, expect.stringContaining("USAGE")]);
});
