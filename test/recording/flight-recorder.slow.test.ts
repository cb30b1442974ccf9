import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { isNotice } from "../../src/event/notice.ts";
import { segmentsIn } from "../../src/recording/flight-segments.ts";
import { REPOSITORY } from "../helpers/command.ts";
import { until } from "../helpers/stream.ts";
import { read, temporaryDirectory } from "./recordings.ts";

const KILLS = 20;
/** What the process may lose: the second since the last flush, and the time that a loaded machine takes to write. */
const LOST_MS = 2000;

/** Records some 20,000 events per second, and prints how many it has passed on, with its clock in ms. */
const PROGRAM = `
const { FlightRecorder } = await import(process.argv[1]);
const directory = process.argv[2];
const recorder = await FlightRecorder.start({ directory, budget: 200e6 });
const kinds = [{ name: "test:event", fields: [{ name: "number", type: "uint64" }] }];
const run = Number(process.argv[3]);
let number = 0;
setInterval(() => {
  const ktime = Number(process.hrtime.bigint());
  const envelope = { tracepoint: "test:event", time: Date.now(), ktime, tid: run, thread: "t", cpu: 0, pid: 1 };
  const events = Array.from({ length: 200 }, () => ({ ...envelope, number: number++ }));
  recorder.see(events, kinds);
  console.log(number + " " + performance.now());
}, 10);
`;

/** Runs the recorder until it is killed. Returns the number of events that were passed on LOST_MS before its end. */
async function recordUntilKilled(directory: string, run: number): Promise<number> {
  const recorder = pathToFileURL(join(REPOSITORY, "dist/recording/flight-recorder.js")).href;
  const args = ["--input-type=module", "-e", PROGRAM, recorder, directory, String(run)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let printed = "";
  child.stdout.on("data", (chunk) => {
    printed += chunk;
  });
  const lines = (): number[][] =>
    printed
      .split("\n")
      .slice(0, -1)
      .map((line) => line.split(" ").map(Number));
  const passed = (): number => (lines().at(-1)?.[1] ?? 0) - (lines()[0]?.[1] ?? 0);
  await until("it records", () => passed() > LOST_MS + 100 * run);
  child.kill("SIGKILL");
  await once(child, "close");
  const all = lines();
  const end = all.at(-1)![1]!;
  return all.findLast(([, at]) => at! <= end - LOST_MS)?.[0] ?? 0;
}

it(`${KILLS} SIGKILLs under load lose the last seconds only, and leave readable files`, async () => {
  const directory = temporaryDirectory();
  const least: number[] = [];
  for (let run = 0; run < KILLS; run++) least.push(await recordUntilKilled(directory, run));
  const { events, error } = await read(directory);
  expect(error).toBeNull();
  expect((await segmentsIn(directory)).length).toBe(KILLS);
  const recorded: number[] = Array(KILLS).fill(0);
  for (const event of events) if (!isNotice(event)) recorded[event.tid]!++;
  expect(recorded.map((count, run) => count >= least[run]!)).toEqual(Array(KILLS).fill(true));
}, 300_000);
