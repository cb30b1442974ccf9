import { copyFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { StreamEvent } from "../../src/event/notice.ts";
import { ownPath, reachable } from "../../src/node/process/node-start.ts";
import { inodeAt, readProcess } from "../../src/node/process/process.ts";
import { type AttachOptions, attach } from "../../src/session/attach/attach.ts";
import { replacementAt } from "../../src/session/attach/target.ts";
import { compileSites } from "../helpers/assembly.ts";
import { compile, TARGET_SOURCE, temporaryDirectory } from "../helpers/compile.ts";
import { compiler, describeNeeding, rightsToTrace, root, tool } from "../helpers/needs.ts";
import { everything, notices, Recorder } from "../helpers/stream.ts";
import { TargetBuilds, ticksOf } from "../helpers/target-builds.ts";
import { TargetProgram } from "../helpers/target-program.ts";

/** Notices as they read: `attached 123`. */
const happened = (events: readonly StreamEvent[]) =>
  notices(events).map((notice) => {
    const node = "pid" in notice ? notice.pid : null;
    return `${notice.tracepoint.slice("corelens:".length)} ${node}`;
  });

describeNeeding([rightsToTrace, compiler], "a target", () => {
  const builds = new TargetBuilds();
  const program = () => builds.copy();
  const trace = (options: AttachOptions) =>
    attach({ tracepoints: ["test:tick", "test:text"], ...options });

  it("that is a process has only its own events while other processes run the same program", async () => {
    const path = program();
    const [one, other] = [await TargetProgram.start(path), await TargetProgram.start(path)];
    const session = trace({ target: one.pid });
    expect(await one.semaphore("test:tick")).toBeGreaterThan(0);
    await one.run("tick 2");
    await other.run("tick 5");
    expect(ticksOf(await everything(session))).toEqual([
      [one.pid, 1],
      [one.pid, 2],
    ]);
  });

  it("that is a process has only its own events when other processes run the same program later", async () => {
    const path = program();
    const one = await TargetProgram.start(path);
    const session = trace({ target: one.pid });
    const later = await TargetProgram.start(path);
    await later.run("tick 5");
    await one.run("tick 1");
    await later.run("tick 5");
    expect(ticksOf(await everything(session))).toEqual([[one.pid, 1]]);
  });

  it("that a supervisor restarts at once is followed each time", async () => {
    const path = program();
    const script = 'while :; do "$0"; done';
    const supervisor = await TargetProgram.start(path, { launch: ["sh", "-c", script] });
    const pids = [Number(await supervisor.run("pid"))];
    const recorder = new Recorder(trace({ target: pids[0]! }));
    for (let round = 1; round <= 5; round++) {
      process.kill(pids.at(-1)!, "SIGKILL");
      await supervisor.answer();
      const [pid] = [Number(await supervisor.run("pid"))];
      pids.push(pid);
      await recorder.until("the successor is told", (events) =>
        happened(events).includes(`attached ${pid}`),
      );
    }
    const events = await recorder.stop();
    expect(happened(events)).toEqual([
      `attached ${pids[0]}`,
      ...pids.slice(1).flatMap((pid, i) => [`ended ${pids[i]}`, `attached ${pid}`]),
    ]);
  });

  it("that restarts is followed, while other processes of the same program are not", async () => {
    const path = program();
    const one = await TargetProgram.start(path);
    const other = await TargetProgram.start(path);
    const recorder = new Recorder(trace({ target: one.pid }));
    await one.run("tick 1");
    await one.kill();
    await recorder.until("the end is told", (events) => happened(events).length === 2);
    const next = await TargetProgram.start(path);
    await recorder.until("the successor is told", (events) => happened(events).length === 3);
    await other.run("tick 5");
    await next.run("tick 1");
    const events = await recorder.stop();
    expect(ticksOf(events).map(([pid]) => pid)).toEqual([one.pid, next.pid]);
  });

  it("that continues as its child, like a daemon, is followed", async () => {
    const path = program();
    const launch = ["sh", "-c", '"$0"; exec sleep 60'];
    const daemon = await TargetProgram.start(path, { launch });
    const other = await TargetProgram.start(path);
    const parent = Number(await daemon.run("pid"));
    await daemon.run("fork");
    const child = Number(await daemon.run("pid"));
    onTestFinished(() => void process.kill(child));
    const recorder = new Recorder(trace({ target: parent }));
    process.kill(parent, "SIGKILL");
    await recorder.until("the child is told", (events) => happened(events).length === 3);
    await other.run("tick 5");
    await daemon.run("tick 1");
    const events = await recorder.stop();
    expect(happened(events)).toEqual([
      `attached ${parent}`,
      `ended ${parent}`,
      `attached ${child}`,
    ]);
    expect(ticksOf(events).map(([pid]) => pid)).toEqual([child]);
  });

  it("that is a program has the events of all its processes, including later ones", async () => {
    const path = program();
    const one = await TargetProgram.start(path);
    const session = trace({ target: path });
    const later = await TargetProgram.start(path);
    await one.run("tick 1");
    await later.run("tick 1");
    await later.kill();
    const last = await TargetProgram.start(path);
    await last.run("tick 1");
    const events = await everything(session);
    expect(ticksOf(events).map(([pid]) => pid)).toEqual([one.pid, later.pid, last.pid]);
    expect(happened(events)).toEqual(["attached null"]);
  });

  it("that is named by a pid file is followed to the next process in the file", async () => {
    const path = program();
    const pidFile = `${path}.pid`;
    const one = await TargetProgram.start(path);
    writeFileSync(pidFile, `${one.pid}\n`);
    const recorder = new Recorder(trace({ target: pidFile }));
    await one.run("tick 1");
    await one.kill();
    await recorder.until("the end is told", (events) => happened(events).length === 2);
    const next = await TargetProgram.start(path);
    writeFileSync(pidFile, `${next.pid}\n`);
    await recorder.until("the successor is told", (events) => happened(events).length === 3);
    await next.run("tick 1");
    const events = await recorder.stop();
    expect(happened(events)).toEqual([
      `attached ${one.pid}`,
      `ended ${one.pid}`,
      `attached ${next.pid}`,
    ]);
    expect(ticksOf(events).map(([pid]) => pid)).toEqual([one.pid, next.pid]);
  });

  it("that restarts continues in the stream from its first event", async () => {
    const path = program();
    const one = await TargetProgram.start(path);
    const recorder = new Recorder(trace({ target: one.pid }));
    await one.run("tick 1");
    await one.kill();
    const next = await TargetProgram.start(path);
    await next.run("tick 1");
    await recorder.until("the successor is told", (events) => happened(events).length === 3);
    const events = await recorder.stop();
    expect(happened(events)).toEqual([
      `attached ${one.pid}`,
      `ended ${one.pid}`,
      `attached ${next.pid}`,
    ]);
    expect(ticksOf(events).map(([pid]) => pid)).toEqual([one.pid, next.pid]);
  });

  it("that ends as a zombie is reported as ended", async () => {
    const path = program();
    // The shell becomes a program that does not know that it has a child.
    const script = `exec 3<&0; ${path} <&3 & exec sleep 1000`;
    const child = await TargetProgram.start(path, { launch: ["sh", "-c", script] });
    const pid = Number(await child.run("pid"));
    const recorder = new Recorder(trace({ target: pid }));
    process.kill(pid, "SIGKILL");
    await recorder.until("the end is told", (events) => happened(events).includes(`ended ${pid}`));
    await recorder.stop();
  });

  it.each(["process", "program"])(
    "that is a %s whose file is replaced is attached again and decoded by its new arguments",
    async (kind) => {
      const path = program();
      const one = await TargetProgram.start(path);
      const recorder = new Recorder(trace({ target: kind === "process" ? one.pid : path }));
      await one.run("tick 1");
      copyFileSync(builds.replacement, `${path}.new`);
      renameSync(`${path}.new`, path);
      await recorder.until("the replacement is told", (events) => happened(events).length === 2);
      await one.run("tick 1");
      await one.kill();
      const next = await TargetProgram.start(path);
      await next.run("tick 1");
      if (kind === "process") {
        await recorder.until("the successor is told", (events) => happened(events).length === 4);
      }
      const ticks = ticksOf(await recorder.stop());
      expect(ticks).toEqual([
        [one.pid, 1],
        [one.pid, 2],
        [next.pid, expect.any(Number), 1],
      ]);
    },
  );

  it("that is replaced by a file without the requested tracepoints is detached", async () => {
    const path = program();
    const one = await TargetProgram.start(path);
    const recorder = new Recorder(trace({ target: one.pid }));
    compileSites(`${path}.new`, [{ name: "test:other", arguments: "" }], "numbers: .quad 0");
    renameSync(`${path}.new`, path);
    await new Promise((resolve) => setTimeout(resolve, 600));
    await one.run("tick 1");
    const events = await recorder.stop();
    expect(happened(events)).toEqual([`attached ${one.pid}`]);
    expect(ticksOf(events)).toHaveLength(1);
  });
});

describeNeeding(
  [rightsToTrace, compiler, root, tool("unshare")],
  "a target in another mount namespace",
  () => {
    const directory = temporaryDirectory();

    it.each([
      ["a tmpfs", "exec /PLACE/target"],
      ["a chroot", "exec chroot /PLACE /target"],
    ])("is found and traced by its process: %s", async (name, start) => {
      const place = join(directory, name.slice(2));
      mkdirSync(place);
      const outside = join(directory, "target");
      compile(outside, [TARGET_SOURCE], ["-static"]);
      const script = `mount -t tmpfs none ${place} && cp ${outside} ${place}/target && ${start.replaceAll("/PLACE", place)}`;
      const target = await TargetProgram.start(outside, {
        launch: ["unshare", "--mount", "sh", "-c", script],
      });
      const session = attach({ target: target.pid, tracepoints: ["test:tick"] });
      await target.run("tick 3");
      expect(ticksOf(await everything(session)).map(([, value]) => value)).toEqual([1, 2, 3]);
    });

    it("is followed to the replacement of its file only below its own root", async () => {
      const newRoot = join(directory, "root");
      mkdirSync(join(newRoot, "bin"), { recursive: true });
      const outside = join(directory, "target");
      compile(outside, [TARGET_SOURCE], ["-static"]);
      const inside = join(newRoot, "bin/target");
      copyFileSync(outside, inside);
      const target = await TargetProgram.start(outside, {
        launch: ["sh", "-c", `exec chroot ${newRoot} /bin/target`],
      });
      const own = inodeAt(inside);
      const replacement = () => {
        const path = reachable(
          target.pid,
          ownPath(target.pid, readProcess(target.pid)!.executable.path),
        );
        return replacementAt(path, "/bin/target", (inode) => inode === own);
      };
      expect(replacement()).toBeNull();
      copyFileSync(outside, `${inside}.new`);
      renameSync(`${inside}.new`, inside);
      expect(replacement()?.inode).toBe(inodeAt(inside));
      // A link that is followed from this process's root leads out.
      rmSync(join(newRoot, "bin"), { recursive: true });
      symlinkSync(directory, join(newRoot, "bin"));
      expect(replacement()).toBeNull();
    });
  },
);
