import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Notice, StreamEvent } from "../../src/event/notice.ts";
import type { EventSource } from "../../src/event/source.ts";
import { RecordingReader, readKinds } from "../../src/recording/recording-reader.ts";
import { ReplaySource } from "../../src/recording/replay-source.ts";
import type { EventRequest } from "../../src/session/attach/delivery.ts";
import { SelectedSource } from "../../src/session/source/selected-source.ts";
import { ManualClock } from "../helpers/manual-clock.ts";
import { record, SIMULATED_KINDS, simulatedEvents, temporaryDirectory } from "./recordings.ts";

const EVENTS = simulatedEvents(2000);
const LOST: readonly Notice[] = ["mempool:added", "net:inbound_message"].map((name) => ({
  tracepoint: "corelens:lost",
  time: EVENTS.at(-1)!.time,
  lost_tracepoint: name,
  lost: 3,
}));

async function recorded(events: readonly StreamEvent[]): Promise<string> {
  const path = join(temporaryDirectory(), "events");
  await record(path, SIMULATED_KINDS, events);
  return path;
}

async function all(source: EventSource): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for await (const batch of source.batches()) events.push(...batch);
  return events;
}

describe("a replay", () => {
  it("delivers each event when it is due at the speed, with the others that are due", async () => {
    const path = await recorded(EVENTS.slice(0, 400));
    const clock = new ManualClock();
    const source = new ReplaySource(new RecordingReader([path]), 10, clock);
    const delivered: StreamEvent[] = [];
    for await (const batch of source.batches()) {
      for (const { time } of batch) {
        expect((time - EVENTS[0]!.time) / 10).toBeLessThanOrEqual(clock.time + 1e-6);
      }
      delivered.push(...batch);
    }
    expect(delivered).toHaveLength(400);
    expect(clock.time).toBeCloseTo((EVENTS[399]!.time - EVENTS[0]!.time) / 10, 3);
  });

  it("ends at once when it is stopped while it waits", async () => {
    const clock = new ManualClock();
    const source = new ReplaySource(new RecordingReader([await recorded(EVENTS)]), 1, clock);
    clock.onWait = () => void source.stop();
    const delivered = await all(source);
    expect(delivered).toEqual(EVENTS.slice(0, delivered.length));
    expect(delivered.length).toBeLessThan(EVENTS.length);
    expect(clock.time).toBe(0);
  });

  it("has the same loss counters as the session", async () => {
    const source = new ReplaySource(
      new RecordingReader([await recorded([...EVENTS, ...LOST])]),
      "max",
    );
    await all(source);
    expect(source.duration).toBe(EVENTS.at(-1)!.time - EVENTS[0]!.time);
    const added = EVENTS.filter(({ tracepoint }) => tracepoint === "mempool:added").length;
    const flawless = { truncated: 0, unreadable: 0, omitted: 0, undecided: 0 };
    expect(source.tallies().get("mempool:added")).toEqual({
      delivered: added,
      lost: 3,
      ...flawless,
    });
  });
});

describe("a selection of a recording", () => {
  async function part(selection: Partial<EventRequest>): Promise<SelectedSource> {
    const path = await recorded([...EVENTS, ...LOST]);
    return new SelectedSource(
      new ReplaySource(new RecordingReader([path]), "max"),
      await readKinds([path]),
      {
        patterns: [],
        fields: null,
        where: null,
        ...selection,
      },
    );
  }

  it("has the events of the named tracepoints, and their losses", async () => {
    const source = await part({ patterns: ["mempool:*"] });
    const events = await all(source);
    const expected = EVENTS.filter(({ tracepoint }) => tracepoint.startsWith("mempool:"));
    expect(events).toEqual([...expected, LOST[0]]);
    expect(source.kinds.map(({ name }) => name)).toEqual(
      SIMULATED_KINDS.map(({ name }) => name).filter((name) => name.startsWith("mempool:")),
    );
  });

  it("has all fields except payloads, or the named fields", async () => {
    const [first] = await all(await part({ patterns: ["net:*_message"] }));
    expect(Object.keys(first!)).not.toContain("payload");
    const messages = await all(await part({ patterns: ["net:*_message"], fields: ["*"] }));
    expect(messages.slice(0, -1)).toEqual(
      EVENTS.filter(({ tracepoint }) => /^net:.*_message$/.test(tracepoint)),
    );
    const [named] = await all(await part({ patterns: ["net:*_message"], fields: ["size"] }));
    expect(Object.keys(named!)).toEqual(
      ["tracepoint", "time", "ktime", "tid", "thread", "cpu", "pid"].concat("size"),
    );
  });

  it.each([
    [
      'msg_type == "inv" && size > 50',
      (e: StreamEvent) => "msg_type" in e && e.msg_type === "inv" && Number(e.size) > 50,
    ],
    ["fee > 1000sat", (e: StreamEvent) => "fee" in e && Number(e.fee) > 1000],
    ["cpu == 1 && tid > 4711", (e: StreamEvent) => "cpu" in e && e.cpu === 1 && e.tid > 4711],
  ])("passes its query: %s", async (where, passes) => {
    const events = (await all(await part({ where, fields: ["*"] }))).filter((e) => "ktime" in e);
    expect(events.length).toBeGreaterThan(0);
    expect(events).toEqual(EVENTS.filter(passes));
  });

  it.each([
    [{ patterns: ["mempool:aded"] }, "TRACEPOINT_UNKNOWN"],
    [{ fields: ["sice"] }, "FIELD_UNKNOWN"],
    [{ patterns: ["mempool:added"], where: "size > 1" }, "QUERY_TYPE"],
    [{ where: "size >" }, "QUERY_SYNTAX"],
  ])("is refused where it cannot be: %j", async (selection, code) => {
    await expect(part(selection)).rejects.toMatchObject({ code });
  });
});
