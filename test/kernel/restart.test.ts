import { copyFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { StreamEvent } from "../../src/event/notice.ts";
import { attach } from "../../src/session/attach/attach.ts";
import { count } from "../../src/session/attach/count.ts";
import { openSession } from "../../src/session/attach/open-session.ts";
import { noticeText } from "../../src/text/event-text.ts";
import { compiler, describeNeeding, rightsToTrace } from "../helpers/needs.ts";
import { notices, Recorder, withoutNotices } from "../helpers/stream.ts";
import { TargetBuilds, ticksOf } from "../helpers/target-builds.ts";
import { TargetProgram } from "../helpers/target-program.ts";

const told = (events: readonly StreamEvent[]) => notices(events).map(noticeText);
const attachedTo = (pid: number) => (events: readonly StreamEvent[]) =>
  told(events).some((text) => text.startsWith("attached") && text.endsWith(`(pid ${pid})`));

describeNeeding([rightsToTrace, compiler], "a node that is restarted", () => {
  const builds = new TargetBuilds();

  /** A program of its own for each test, and an empty data directory beside it. */
  function place() {
    const path = builds.copy();
    return { path, datadir: dataDirectory(`${path}.data`) };
  }
  function dataDirectory(path: string): string {
    mkdirSync(path);
    return path;
  }
  const start = (path: string, ...options: string[]) => TargetProgram.start(path, { options });
  const trace = (target: number | string) =>
    new Recorder(attach({ target, tracepoints: ["test:tick"] }));

  it.each(["pid", "pid file", "path"])(
    "has its first event after each of 20 restarts beside another node of the program, named by its %s",
    async (kind) => {
      const { path, datadir } = place();
      const pidFile = `${path}.pid`;
      const other =
        kind === "path" ? null : await start(path, `-datadir=${dataDirectory(`${path}.other`)}`);
      // The program's input is the shell's.
      const one = `"$0" -tick -datadir=${datadir} <&3 & echo $! > ${pidFile}; wait`;
      const launch = ["sh", "-c", `exec 3<&0; while :; do ${one}; done`];
      const supervisor = await TargetProgram.start(path, { launch });
      const pids = [Number(await supervisor.run("pid"))];
      const recorder = trace({ pid: pids[0]!, "pid file": pidFile, path }[kind]!);
      for (let round = 1; round <= 20; round++) {
        process.kill(pids.at(-1)!, "SIGKILL");
        await supervisor.answer();
        await other?.run("tick 1");
        pids.push(Number(await supervisor.run("pid")));
        if (kind !== "path") await recorder.until("it is followed", attachedTo(pids.at(-1)!));
      }
      const ticks = ticksOf(await recorder.stop());
      expect(ticks).toEqual(pids.slice(1).map((pid) => [pid, 1]));
    },
  );

  it.each([
    ["another order of its options", (datadir: string) => [`-datadir=${datadir}`, "-regtest"]],
    ["one more option", (datadir: string) => ["-debug=net", "-regtest", `-datadir=${datadir}`]],
    ["another spelling of its directory", (datadir: string) => [`-datadir=${datadir}/.`]],
  ])("is the same with %s", async (_, optionsOf) => {
    const { path, datadir } = place();
    const one = await start(path, "-regtest", `-datadir=${datadir}`);
    const recorder = trace(one.pid);
    await recorder.until("it is traced", attachedTo(one.pid));
    await one.kill();
    const next = await start(path, ...optionsOf(datadir));
    await recorder.until("the successor is told", attachedTo(next.pid));
    await next.run("tick 1");
    expect(ticksOf(await recorder.stop())).toEqual([[next.pid, 1]]);
  });

  it("is not confused with a node of another data directory; the tracer continues to wait", async () => {
    const { path, datadir } = place();
    const one = await start(path, `-datadir=${datadir}`);
    const recorder = trace(one.pid);
    await one.kill();
    await recorder.until("the end is told", (events) => told(events).length === 2);
    const stranger = await start(path, `-datadir=${dataDirectory(`${path}.other`)}`);
    await new Promise((resolve) => setTimeout(resolve, 400));
    await stranger.run("tick 3");
    const next = await start(path, `-datadir=${datadir}`);
    await recorder.until("the successor is told", attachedTo(next.pid));
    await stranger.run("tick 3");
    await next.run("tick 1");
    const events = await recorder.stop();
    expect(ticksOf(events)).toEqual([[next.pid, 1]]);
    expect(told(events)[1]).toBe(
      `the node (pid ${one.pid}) ended; waiting for a node with the data directory ${datadir} to be started`,
    );
  });

  it.each([
    "a b",
    "(x)",
    "x) R 1 (",
    "line\nbreak",
    "x (deleted)",
    "-t",
    "\u202etxt.x",
    "ä".repeat(100),
  ])("may be called %j", async (name) => {
    const folder = dataDirectory(`${builds.copy()}.named`);
    const path = join(folder, name);
    copyFileSync(builds.target, path);
    const datadir = dataDirectory(`${folder}/d${name}`);
    const one = await start(path, `-datadir=${datadir}`);
    const recorder = trace(one.pid);
    await recorder.until("it is traced", attachedTo(one.pid));
    await one.kill();
    await recorder.until("the end is told", (events) => told(events).length === 2);
    const next = await start(path, "-tick", `-datadir=${datadir}`, "-debug");
    await recorder.until("the successor is told", attachedTo(next.pid));
    const events = await recorder.stop();
    expect(ticksOf(events)).toEqual([[next.pid, 1]]);
    expect(told(events).join("")).not.toMatch(/[\n\u202e]/);
    const request = { target: path, oneNode: true, events: null };
    openSession(request, 4096, 5).close();
  });

  it.each(["pid", "path"])(
    "is decoded by its new arguments when its program was overwritten while it was stopped, named by its %s",
    async (kind) => {
      const { path, datadir } = place();
      const one = await start(path, `-datadir=${datadir}`);
      const inode = statSync(path).ino;
      const recorder = trace(kind === "pid" ? one.pid : path);
      await one.kill();
      await new Promise((resolve) => setTimeout(resolve, 400));
      copyFileSync(builds.replacement, path);
      expect(statSync(path).ino).toBe(inode);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const next = await start(path, "-tick", `-datadir=${datadir}`);
      await next.run("tick 1");
      if (kind === "pid") await recorder.until("it is told", attachedTo(next.pid));
      const ticks = withoutNotices(await recorder.stop()).map(({ arg1 }) => arg1);
      expect(ticks).toEqual([1, 2]);
    },
  );

  it("is traced from its first event when its program was replaced while it was stopped", async () => {
    const { path, datadir } = place();
    const one = await start(path, `-datadir=${datadir}`);
    const recorder = trace(one.pid);
    await one.kill();
    await recorder.until("the end is told", (events) => told(events).length === 2);
    copyFileSync(builds.target, `${path}.new`);
    renameSync(`${path}.new`, path);
    await recorder.until("the replacement is told", (events) => told(events).length === 3);
    const next = await start(path, "-tick", `-datadir=${datadir}`);
    await recorder.until("the successor is told", attachedTo(next.pid));
    expect(ticksOf(await recorder.stop())).toEqual([[next.pid, 1]]);
  });

  it("is ambiguous if several processes run its path, and is refused", async () => {
    const { path, datadir } = place();
    const second = dataDirectory(`${path}.second`);
    const one = await start(path, `-datadir=${datadir}`);
    const other = await start(path, `-datadir=${second}`);
    const request = { target: path, oneNode: true, events: null };
    expect(() => openSession(request, 4096, 5)).toThrow(
      expect.objectContaining({
        code: "NODE_AMBIGUOUS",
        message: expect.stringMatching(
          new RegExp(`pid ${one.pid}, ${datadir}\\).*pid ${other.pid}, ${second}\\)`),
        ),
        cure: expect.stringContaining(`${one.pid}`),
      }),
    );
  });

  it("is counted together with another process of its path only with a warning, unless the groups distinguish them", async () => {
    const { path, datadir } = place();
    const one = await start(path, `-datadir=${datadir}`);
    const other = await start(path, `-datadir=${dataDirectory(`${path}.other`)}`);
    const countedBy = async (...by: string[]) => {
      const session = count({ target: path, tracepoints: ["test:tick"], by });
      await one.run("tick 1");
      await other.run("tick 2");
      await session.stop();
      const words: string[] = [];
      for await (const { notices } of session.snapshots(null))
        words.push(...notices.map(noticeText));
      const { groups } = await session.counts();
      await session.close();
      return { words: words.join("\n"), groups: groups.map(({ key, count }) => [...key, count]) };
    };
    const together = await countedBy("tracepoint");
    expect(together.words).toMatch(new RegExp(`pid ${one.pid},.*pid ${other.pid},.*--by pid`));
    const apart = await countedBy("pid");
    expect(apart.words).not.toContain("NODE_AMBIGUOUS");
    expect(new Map(apart.groups as [unknown, unknown][])).toEqual(
      new Map([
        [one.pid, 1],
        [other.pid, 2],
      ]),
    );
  });

  it("is traced alone; a second process of its path is reported and omitted", async () => {
    const { path, datadir } = place();
    const one = await start(path, `-datadir=${datadir}`);
    const events = { patterns: ["test:tick"], fields: null, where: null };
    const recorder = new Recorder(openSession({ target: path, oneNode: true, events }, 1 << 16, 5));
    const second = await start(path, "-tick", `-datadir=${dataDirectory(`${path}.second`)}`);
    await recorder.until("the second is told", (events) =>
      told(events).some((text) => text.includes(`pid ${second.pid}`)),
    );
    await second.run("tick 2");
    await one.run("tick 1");
    const seen = await recorder.stop();
    expect(ticksOf(seen)).toEqual([[one.pid, 1]]);
    expect(told(seen).at(-1)).toContain(`(pid ${second.pid}, ${path}.second)`);
  });

  it("is traced if it is the first process of its path", async () => {
    const { path, datadir } = place();
    const events = { patterns: ["test:tick"], fields: null, where: null };
    const recorder = new Recorder(openSession({ target: path, oneNode: true, events }, 1 << 16, 5));
    const one = await start(path, "-tick", `-datadir=${datadir}`);
    await recorder.until("it is told", attachedTo(one.pid));
    const second = await start(path, "-tick", `-datadir=${dataDirectory(`${path}.second`)}`);
    await second.run("tick 1");
    expect(ticksOf(await recorder.stop())).toEqual([[one.pid, 1]]);
  });
});
