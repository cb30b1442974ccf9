import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, it } from "vitest";
import type { StreamEvent } from "../../src/event/notice.ts";
import type { TraceSettings } from "../../src/event/trace-settings.ts";
import { openSession } from "../../src/session/attach/open-session.ts";
import type { TracingRequest } from "../../src/session/attach/tracing.ts";
import { compile, TARGET_SOURCE, temporaryDirectory } from "../helpers/compile.ts";
import { compiler, describeNeeding, rightsToTrace } from "../helpers/needs.ts";
import { everything, notices, Recorder, withoutNotices } from "../helpers/stream.ts";
import { TargetProgram } from "../helpers/target-program.ts";

const ALL = { patterns: ["test:*", "net:*"], fields: null, where: null };
/** Of every message that the target sends. */
const PEER = 7;

describeNeeding([rightsToTrace, compiler], "a trace whose settings change", () => {
  const directory = temporaryDirectory();
  const path = join(directory, "target");
  beforeAll(() => compile(path, [TARGET_SOURCE]));

  const open = (target: TargetProgram, request: Partial<TracingRequest> = {}) =>
    openSession<StreamEvent>(
      { target: String(target.pid), events: ALL, mayChangeSettings: true, ...request },
      1 << 24,
      5,
    );
  const off = (...names: string[]): TraceSettings => ({ off: names, peers: [] });

  it("detaches tracepoints that are switched off, and attaches them again", async () => {
    const target = await TargetProgram.start(path);
    const session = open(target);
    const semaphores = () =>
      Promise.all([target.semaphore("test:tick"), target.semaphore("test:text")]);
    expect(await semaphores()).toEqual([1, 1]);
    await target.run("tick 2");
    session.changeSettings(off("test:tick"));
    expect(await semaphores()).toEqual([0, 1]);
    await target.run("tick 3");
    await target.run("text 5");
    session.changeSettings(off());
    expect(await semaphores()).toEqual([1, 1]);
    await target.run("tick 1");
    const events = await everything(session);
    expect(withoutNotices(events).map(({ tracepoint }) => tracepoint)).toEqual([
      ...["test:tick", "test:tick", "test:text", "test:tick"],
    ]);
    expect(withoutNotices(events).at(-1)).toMatchObject({ arg0: 6 });
    expect(notices(events).filter(({ tracepoint }) => tracepoint === "corelens:settings")).toEqual([
      { tracepoint: "corelens:settings", time: expect.any(Number), off: ["test:tick"], peers: [] },
      { tracepoint: "corelens:settings", time: expect.any(Number), off: [], peers: [] },
    ]);
    await session.close();
    expect(await semaphores()).toEqual([0, 0]);
  });

  it("loses no event of the other tracepoints, in any number of changes", async () => {
    const target = await TargetProgram.start(path);
    const session = open(target, { events: { ...ALL, patterns: ["test:*"] } });
    const recorder = new Recorder(session);
    const running = target.run("tick 400000");
    let changes = 0;
    let isOver = false;
    const over = running.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      session.changeSettings(changes++ % 2 === 0 ? off("test:text") : off());
      await sleep(20);
    }
    await over;
    const events = withoutNotices(await recorder.stop());
    const { lost } = session.tallies().get("test:tick")!;
    const seen = new Set(events.map(({ arg0 }) => arg0));
    // An event within the very microsecond of a change may be missed or told twice.
    expect(400_000 - seen.size - lost).toBeLessThanOrEqual(changes);
    expect(events.length - seen.size).toBeLessThanOrEqual(changes);
    expect(changes).toBeGreaterThan(1);
  });

  it("reads the payloads of followed peers, and has each message once", async () => {
    const target = await TargetProgram.start(path);
    const session = open(target);
    await target.run("payload 10");
    session.changeSettings({ off: [], peers: [PEER + 1] });
    await target.run("payload 11");
    session.changeSettings({ off: [], peers: [PEER, PEER + 1] });
    await target.run("payload 12");
    session.changeSettings({ off: [], peers: [] });
    await target.run("payload 13");
    const events = withoutNotices(await everything(session));
    expect(events.map(({ size, payload }) => [size, (payload as Uint8Array)?.length])).toEqual([
      [10, undefined],
      [11, undefined],
      [12, 12],
      [13, undefined],
    ]);
  });

  it("reads no payload if no messages are requested", async () => {
    const target = await TargetProgram.start(path);
    const session = open(target, { events: { ...ALL, patterns: ["test:*"] } });
    session.changeSettings({ off: [], peers: [PEER] });
    await target.run("payload 10");
    await target.run("tick 1");
    const events = withoutNotices(await everything(session));
    expect(events.map(({ tracepoint }) => tracepoint)).toEqual(["test:tick"]);
  });

  it("ignores changes that the request does not allow", async () => {
    const target = await TargetProgram.start(path);
    const session = open(target, { mayChangeSettings: false });
    session.changeSettings(off("test:tick"));
    await target.run("tick 1");
    const events = await everything(session);
    expect(withoutNotices(events)).toHaveLength(1);
    expect(notices(events).map(({ tracepoint }) => tracepoint)).toEqual(["corelens:attached"]);
  });
});
