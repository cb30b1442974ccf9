import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, it } from "vitest";
import type { RawEvent } from "../../src/event/event.ts";
import type { StreamEvent } from "../../src/event/notice.ts";
import { WallClock } from "../../src/kernel/clock.ts";
import { parseBetween } from "../../src/model/intervals/between.ts";
import { IntervalSource } from "../../src/model/intervals/interval-source.ts";
import { attach } from "../../src/session/attach/attach.ts";
import { compileSites } from "../helpers/assembly.ts";
import { compile, TARGET_SOURCE, temporaryDirectory } from "../helpers/compile.ts";
import { compiler, describeNeeding, rightsToTrace, root, tool } from "../helpers/needs.ts";
import { everything, notices, Recorder, until, withoutNotices } from "../helpers/stream.ts";
import { TargetProgram } from "../helpers/target-program.ts";

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
const values = (events: readonly RawEvent[]) => events.map(({ arg0 }) => arg0);

describeNeeding([rightsToTrace, compiler], "the stream of events", () => {
  const directory = temporaryDirectory();
  const path = join(directory, "target");
  beforeAll(() => compile(path, [TARGET_SOURCE]));

  it("has every event once, in order, with process, thread, processor and time", async () => {
    const target = await TargetProgram.start(path);
    const session = attach({ target: target.pid, tracepoints: ["test:tick"] });
    await target.run("tick 20000");
    const events = withoutNotices(await everything(session));

    expect(values(events)).toEqual(upTo(20_000));
    expect(session.tallies().get("test:tick")).toEqual({
      delivered: 20_000,
      lost: 0,
      undecided: 0,
      truncated: 0,
      unreadable: 0,
      omitted: 0,
    });
    const times = events.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const clock = new WallClock();
    clock.refresh();
    // To 5 ms: the wall clock may be adjusted meanwhile.
    for (const { time, ktime } of [events[0]!, events.at(-1)!]) {
      expect(time).toBeCloseTo(clock.fromMonotonic(ktime), -1);
    }
    expect(events[0]).toMatchObject({
      tracepoint: "test:tick",
      pid: target.pid,
      tid: target.pid,
      thread: "target",
    });
  });

  it("has the events of all tracepoints in order", async () => {
    const target = await TargetProgram.start(path);
    const session = attach({ target: target.pid, tracepoints: ["test:*", "net:*"] });
    const commands = ["tick 2", "text 5", "tick 1", "payload 3", "sites 2", "tick 1"];
    for (const command of commands) await target.run(command);
    const names = withoutNotices(await everything(session)).map(({ tracepoint }) => tracepoint);
    expect(names.join(" ")).toBe(
      "test:tick test:tick test:text test:tick net:inbound_message test:site test:site test:site test:tick",
    );
  });

  it("has the events of all threads, with their names", async () => {
    const target = await TargetProgram.start(path);
    const recorder = new Recorder(attach({ target: target.pid, tracepoints: ["test:tick"] }));
    await target.run("tick-in-thread 5");
    const events = withoutNotices(await recorder.stop());
    expect(values(events)).toEqual(upTo(5));
    for (const { tid, pid } of events) {
      expect(pid).toBe(target.pid);
      expect(tid).not.toBe(target.pid);
    }
  });

  it("has the events of all sites of a name, each with its own argument location", async () => {
    const target = await TargetProgram.start(path);
    const session = attach({ target: target.pid, tracepoints: ["test:site"] });
    await target.run("sites 22");
    await target.run("sites -5");
    expect(values(withoutNotices(await everything(session)))).toEqual([11, 22, -33, 11, -5, -33]);
  });

  it("has the events of hundreds of sites with the maximum number of arguments, all texts", async () => {
    const many = join(directory, "many-sites");
    const place = "8@-8(%rbx,%rcx,8)";
    const sites = Array.from({ length: 300 }, (_, i) => ({
      name: `test:n${i}`,
      arguments: Array(12).fill(place).join(" "),
      before: "mov $2, %ecx",
    }));
    compileSites(many, sites, 'numbers: .quad 0, words\nwords: .asciz "a text"', ["-no-pie"]);
    const target = await TargetProgram.start(many);
    const fields = upTo(12).map((n) => `arg${n - 1}:string`);
    const session = attach({ target: target.pid, tracepoints: ["test:*"], fields });
    await target.run("");
    const events = withoutNotices(await everything(session));
    expect(events.map(({ tracepoint }) => tracepoint)).toEqual(sites.map(({ name }) => name));
    expect(events.at(-1)).toMatchObject({ arg0: "a text", arg11: "a text" });
  });

  it("counts exactly the events that the ring buffer dropped, and reports them", async () => {
    const target = await TargetProgram.start(path);
    const session = attach({
      target: target.pid,
      tracepoints: ["test:tick", "test:text"],
      ringSize: 16_384,
    });
    await target.run("tick 5000");
    const events = await everything(session);
    const delivered = withoutNotices(events);
    const { lost } = session.tallies().get("test:tick")!;
    expect(delivered.length).toBeGreaterThan(100);
    expect(delivered.length + lost).toBe(5000);
    expect(values(delivered)).toEqual(upTo(delivered.length));
    expect(notices(events)).toContainEqual({
      tracepoint: "corelens:lost",
      time: expect.any(Number),
      lost_tracepoint: "test:tick",
      lost,
    });
    expect(session.tallies().get("test:text")).toMatchObject({ delivered: 0, lost: 0 });
  });

  it("continues after a loss, and reports each loss once", async () => {
    const target = await TargetProgram.start(path);
    const session = attach({
      target: target.pid,
      tracepoints: ["test:tick"],
      ringSize: 16_384,
      latencyMs: 30,
    });
    const recorder = new Recorder(session);
    for (let round = 0; round < 10; round++) await target.run("tick 3000");
    await until("all is read or lost", () => {
      const { delivered, lost } = session.tallies().get("test:tick")!;
      return delivered + lost === 30_000;
    });
    await target.run("tick 5");
    const events = await recorder.stop();
    const delivered = values(withoutNotices(events)).map(Number);
    expect(delivered.slice(-5)).toEqual([30_001, 30_002, 30_003, 30_004, 30_005]);
    expect(delivered).toEqual(delivered.toSorted((a, b) => a - b));
    const told = notices(events).filter((notice) => notice.tracepoint === "corelens:lost");
    expect(told.reduce((sum, { lost }) => sum + lost, 0)).toBe(30_005 - delivered.length);
    expect(told.length).toBeGreaterThan(0);
  });

  it("is complete for each of two concurrent sessions", async () => {
    const target = await TargetProgram.start(path);
    const sessions = [1, 2].map(() => attach({ target: target.pid, tracepoints: ["test:tick"] }));
    await target.run("tick 1000");
    for (const session of sessions) {
      expect(values(withoutNotices(await everything(session)))).toEqual(upTo(1000));
    }
    expect(await target.semaphore("test:tick")).toBe(0);
  });
});

describeNeeding([rightsToTrace, compiler, root, tool("bpftrace")], "corelens and bpftrace", () => {
  const directory = temporaryDirectory();
  const path = join(directory, "target");
  beforeAll(() => compile(path, [TARGET_SOURCE]));

  it("both receive every event", async () => {
    const target = await TargetProgram.start(path);
    const program = `usdt:${path}:test:tick { @hits = count(); @sum = sum(arg0); }`;
    const bpftrace = spawn("bpftrace", ["-p", `${target.pid}`, "-e", program]);
    const ended = once(bpftrace, "exit");
    const output = text(bpftrace.stdout);
    await until("bpftrace is attached", async () => (await target.semaphore("test:tick")) === 1);
    const session = attach({ target: target.pid, tracepoints: ["test:tick"] });
    await target.run("tick 1000");
    expect(values(withoutNotices(await everything(session)))).toEqual(upTo(1000));
    bpftrace.kill("SIGINT");
    await ended;
    expect(await output).toMatch(/@hits: 1000\n\s*@sum: 500500\n/);
  });

  it("measure the same intervals", async () => {
    const target = await TargetProgram.start(path);
    const program = `
      usdt:${path}:test:tick { @begin[tid] = nsecs; }
      usdt:${path}:test:text /@begin[tid]/ { @n = count(); @sum = sum(nsecs - @begin[tid]); }`;
    const bpftrace = spawn("bpftrace", ["-p", `${target.pid}`, "-e", program]);
    const ended = once(bpftrace, "exit");
    const output = text(bpftrace.stdout);
    await until("bpftrace is attached", async () => (await target.semaphore("test:tick")) === 1);
    const tracepoints = ["test:tick", "test:text"];
    const session = attach({ target: target.pid, tracepoints });
    // The second text of a tick ends an interval, too; the first tick has no text.
    await target.run("text 1");
    for (const command of ["tick 2", "text 1", "text 1", "tick 1", "text 1"]) {
      await target.run(command);
      await sleep(30);
    }
    await session.stop();
    const intervals = new IntervalSource(session, parseBetween("test:tick..test:text"), "thread");
    const found: StreamEvent[] = [];
    for await (const batch of intervals.batches()) found.push(...batch);
    bpftrace.kill("SIGINT");
    await ended;
    const [, count, sum] = /@n: (\d+)\n\s*@sum: (\d+)\n/.exec(await output)!;
    const durations = withoutNotices(found).map(({ duration_ns }) => Number(duration_ns));
    expect([durations.length, count]).toEqual([3, "3"]);
    expect(durations.reduce((a, b) => a + b) / Number(sum)).toBeCloseTo(1, 1);
    expect(found.at(-1)).toMatchObject({ begun: 3, repeated: 1, unbegun: 1 });
  });
});
