import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import type { RawEvent } from "../../src/event/event.ts";
import { isNotice, type StreamEvent } from "../../src/event/notice.ts";
import { readFileIndex } from "../../src/recording/file-index.ts";
import { type FlightOptions, FlightRecorder } from "../../src/recording/flight-recorder.ts";
import { segmentsIn } from "../../src/recording/flight-segments.ts";
import { describeNeeding, root } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";
import { read, SIMULATED_KINDS, simulatedEvents, temporaryDirectory } from "./recordings.ts";

/** Without payloads, as the dashboard traces. */
const KINDS = SIMULATED_KINDS.map(({ name, fields }) => ({
  name,
  fields: fields.filter(({ type }) => type !== "bytes"),
}));
const EVENTS = simulatedEvents(2000).map(({ payload: _, ...event }) => event as RawEvent);
const BUDGET = 3_000_000;

const start = (options: Partial<FlightOptions> = {}): Promise<FlightRecorder> =>
  FlightRecorder.start({ directory: temporaryDirectory(), budget: BUDGET, ...options });

function bytesIn(directory: string): number {
  const sizes = readdirSync(directory).map((name) => {
    return statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

const eventsOf = (events: readonly StreamEvent[]): RawEvent[] =>
  events.filter((event): event is RawEvent => !isNotice(event));

/** Numbers of events that the recording reports as lost by the recorder. */
function missedIn(events: readonly StreamEvent[]): number {
  return events.reduce(
    (sum, event) =>
      isNotice(event) && event.tracepoint === "corelens:lost" && event.by === "recorder"
        ? sum + event.lost
        : sum,
    0,
  );
}

it("a flight recorder records the stream, and each file has an index of its frames", async () => {
  const directory = temporaryDirectory();
  const recorder = await start({ directory });
  for (let i = 0; i < EVENTS.length; i += 100) {
    recorder.see(EVENTS.slice(i, i + 100), KINDS);
  }
  await recorder.close({ nanosecondsPerHit: 250, runs: 10 });
  const { events, reader, error } = await read(directory);
  expect([error, reader.cost]).toEqual([null, { nanosecondsPerHit: 250, runs: 10 }]);
  expect(events).toEqual(EVENTS);
  const [path] = await segmentsIn(directory);
  const indexed = await readFileIndex(path!);
  rmSync(`${path}.index`);
  const scanned = await readFileIndex(path!);
  expect(indexed.frames.map(({ at }) => at)).toEqual(scanned.frames.map(({ at }) => at));
  expect(indexed.blocks.reduce((sum, { events }) => sum + events!, 0)).toBe(EVENTS.length);
  expect(indexed.isComplete).toBe(true);
});

it("the files never have more bytes than the budget, and the newest events are kept", async () => {
  const directory = temporaryDirectory();
  const recorder = await start({ directory });
  let most = 0;
  let count = 0;
  for (let round = 0; round < 100; round++) {
    const events = EVENTS.map((event) => ({ ...event, time: event.time + ++count }));
    recorder.see(events, KINDS);
    await new Promise((resolve) => setTimeout(resolve, 5));
    most = Math.max(most, bytesIn(directory));
  }
  await recorder.close(null);
  most = Math.max(most, bytesIn(directory));
  expect(most).toBeLessThanOrEqual(BUDGET);
  expect(most).toBeGreaterThan(BUDGET / 2);
  const kept = await read(directory);
  expect(kept.error).toBeNull();
  const last = EVENTS.at(-1)!;
  expect(kept.events.at(-1)).toEqual({ ...last, time: last.time + count });
  expect(kept.events.length).toBeLessThan(count);
  expect(missedIn(kept.events)).toBe(0);
});

it("the recording of a killed process is finished at the next start", async () => {
  const directory = temporaryDirectory();
  const killed = await start({ directory });
  killed.see(EVENTS.slice(0, 500), KINDS);
  await killed.close(null);
  const [path] = await segmentsIn(directory);
  // As after SIGKILL: no end, half a frame, and an index that is behind.
  const whole = await readFileIndex(path!);
  const end = whole.frames.at(-1)!;
  writeFileSync(path!, readFileSync(path!).subarray(0, end.at));
  appendFileSync(path!, Buffer.from([3, 0, 0, 0, 255, 255]));
  writeFileSync(`${path}.index`, readFileSync(`${path}.index`).subarray(0, 100));
  const next = await start({ directory });
  next.see(EVENTS.slice(500), KINDS);
  await next.close(null);
  const { events, reader, error } = await read(directory);
  expect(error).toBeNull();
  expect(events).toEqual(EVENTS);
  expect(reader.files.map(({ complete }) => complete)).toEqual([true, true]);
});

it("files are in the order of writing although the clock jumps", async () => {
  const directory = temporaryDirectory();
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const times = ["2026-11-28T12:00:00Z", "2027-06-01T00:00:00Z", "2026-11-28T11:00:00Z"];
  for (const [i, time] of times.entries()) {
    vi.setSystemTime(new Date(time));
    const recorder = await start({ directory });
    recorder.see(EVENTS.slice(i * 100, (i + 1) * 100), KINDS);
    await recorder.close(null);
  }
  expect((await read(directory)).events).toEqual(EVENTS.slice(0, 300));
});

it("a late reader records nothing, and the recording says how many events it does not have", async () => {
  const directory = temporaryDirectory();
  const recorder = await start({ directory });
  const late = Number(process.hrtime.bigint()) - 5e9;
  recorder.see(EVENTS.slice(0, 10), KINDS);
  recorder.see(
    EVENTS.slice(10, 60).map((event) => ({ ...event, ktime: late })),
    KINDS,
  );
  recorder.see(EVENTS.slice(60, 70), KINDS);
  await recorder.close(null);
  const { events } = await read(directory);
  expect(eventsOf(events)).toEqual([...EVENTS.slice(0, 10), ...EVENTS.slice(60, 70)]);
  expect(missedIn(events)).toBe(50);
});

it("a directory that cannot be written is reported once, and tried again", async () => {
  const directory = join(temporaryDirectory(), "flight");
  writeFileSync(directory, "in the way");
  const changes: string[] = [];
  const recorder = await start({ directory, retryMs: 1, onChange: (text) => changes.push(text) });
  recorder.see(EVENTS.slice(0, 10), KINDS);
  expect(recorder.problem).toMatchObject({ code: "FILE_UNWRITABLE" });
  rmSync(directory);
  await until("it records", () => recorder.problem === null);
  recorder.see(EVENTS.slice(10, 20), KINDS);
  await recorder.close(null);
  const { events } = await read(directory);
  expect([eventsOf(events), missedIn(events)]).toEqual([EVENTS.slice(10, 20), 10]);
  expect(changes).toEqual([expect.stringContaining("recording pauses"), "recording continues"]);
});

describeNeeding([root], "a flight recorder on a full disk", () => {
  it("pauses, says so once, and continues when there is room; every event is recorded or counted", async () => {
    const disk = temporaryDirectory();
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", disk]);
    onTestFinished(() => void execFileSync("umount", [disk]));
    const other = join(disk, "other");
    writeFileSync(other, Buffer.alloc(2 << 20));
    const directory = join(disk, "flight");
    const changes: string[] = [];
    const onChange = (text: string): void => void changes.push(text);
    const recorder = await start({ directory, budget: 64 << 20, retryMs: 1, onChange });
    let seen = 0;
    const see = (): void => {
      recorder.see(EVENTS.slice(0, 500), KINDS);
      seen += 500;
    };
    for (; recorder.problem === null; await new Promise((resolve) => setTimeout(resolve, 20)))
      see();
    see();
    expect(changes).toEqual([expect.stringMatching(/recording pauses: .* ENOSPC/)]);
    rmSync(other);
    await until("it continues", () => recorder.problem === null);
    see();
    await recorder.close(null);
    const { events, error } = await read(directory);
    expect(error).toBeNull();
    expect(eventsOf(events).length + missedIn(events)).toBe(seen);
    expect(missedIn(events)).toBeGreaterThan(0);
    expect(changes.length).toBe(2);
  });
});
