import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, it } from "vitest";
import { isAlive } from "../../src/node/process/process.ts";
import { REPOSITORY, RunningCommand } from "../helpers/command.ts";
import { compile, TARGET_SOURCE, temporaryDirectory } from "../helpers/compile.ts";
import { compiler, describeNeeding, rightsToTrace, root, tool } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";
import { TargetProgram } from "../helpers/target-program.ts";

const TRACE = ["trace", "test:tick", "--json", "--target"];

/** The lines of /proc/PID/status, of every thread. */
function statuses(pid: number): Record<string, string>[] {
  return readdirSync(`/proc/${pid}/task`).map((tid) =>
    Object.fromEntries(
      readFileSync(`/proc/${pid}/task/${tid}/status`, "utf8")
        .split("\n")
        .map((line) => line.split(/:\s+/)),
    ),
  );
}

const bpfDescriptors = (pid: number) =>
  readdirSync(`/proc/${pid}/fd`)
    .map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))
    .filter((link) => /bpf|perf/.test(link));

const NONE = "0000000000000000";

describeNeeding(
  [rightsToTrace, root, compiler, tool("unshare")],
  "a command and its worker",
  () => {
    const directory = temporaryDirectory();
    const path = join(directory, "target");
    beforeAll(() => {
      compile(path, [TARGET_SOURCE]);
      chmodSync(directory, 0o755);
    });

    it("show the events and the totals", async () => {
      const target = await TargetProgram.start(path);
      const command = new RunningCommand([...TRACE, `${target.pid}`, "--count", "3"]);
      await command.worker();
      await target.run("tick 3");
      await command.ended;
      expect(command.stderr).toBe("");
      expect(command.exitStatus).toBe(0);
      expect(command.lines).toMatchObject([
        { tracepoint: "corelens:attached", pid: target.pid, binary: path },
        { tracepoint: "test:tick", pid: target.pid, arg0: 1 },
        { tracepoint: "test:tick", arg0: 2 },
        { tracepoint: "test:tick", arg0: 3 },
        { tracepoint: "corelens:totals", delivered: 3, lost: 0 },
      ]);
      expect(await target.semaphore("test:tick")).toBe(0);
    });

    it.each([
      ["nobody", "65534", {}],
      ["the user who called sudo", "1234", { SUDO_UID: "1234", SUDO_GID: "1235" }],
    ])("have no right left in any thread of the worker, which is %s", async (_, uid, sudo) => {
      const env = { SUDO_UID: undefined, SUDO_GID: undefined, ...sudo };
      const target = await TargetProgram.start(path);
      const command = new RunningCommand([...TRACE, `${target.pid}`], { env });
      const worker = await command.worker();
      const threads = statuses(worker);
      expect(threads.length).toBeGreaterThan(1);
      for (const thread of threads) {
        expect(thread).toMatchObject({
          ...{ CapEff: NONE, CapPrm: NONE, CapInh: NONE, CapAmb: NONE },
          NoNewPrivs: "1",
          Uid: Array(4).fill(uid).join("\t"),
          Groups: "",
        });
        // Nothing that a program executed by it could gain reaches the kernel: only files and users.
        expect(BigInt(`0x${thread.CapBnd}`) & ~0xc4n).toBe(0n);
      }
      expect(bpfDescriptors(worker)).toEqual(["anon_inode:bpf-map", "anon_inode:bpf-map"]);
    });

    it("end together, with the totals, on a signal", async () => {
      const target = await TargetProgram.start(path);
      const command = new RunningCommand([...TRACE, `${target.pid}`]);
      const worker = await command.worker();
      await target.run("tick 2");
      command.process.kill("SIGTERM");
      await command.ended;
      expect(command.exitStatus).toBe(0);
      expect(command.lines.at(-1)).toMatchObject({ tracepoint: "corelens:totals", delivered: 2 });
      expect(isAlive(worker)).toBe(false);
    });

    it.each([0, 30, 60, 90, 120, 150])(
      "end together on a signal %i ms after their start",
      async (delay) => {
        const target = await TargetProgram.start(path);
        const command = new RunningCommand([...TRACE, `${target.pid}`]);
        await sleep(delay);
        command.process.kill("SIGINT");
        await command.ended;
        expect(await target.semaphore("test:tick")).toBe(0);
      },
    );

    it("end with an error when the worker is killed", async () => {
      const target = await TargetProgram.start(path);
      const command = new RunningCommand([...TRACE, `${target.pid}`]);
      process.kill(await command.worker(), "SIGKILL");
      await command.ended;
      expect(command.exitStatus).toBe(6);
      expect(command.stderr).toMatch(/^corelens: TRACER_GONE: .*SIGKILL/);
      expect(await target.semaphore("test:tick")).toBe(0);
    });

    it("end with an error when the privileged process is killed, after all events until then", async () => {
      const target = await TargetProgram.start(path);
      const command = new RunningCommand([...TRACE, `${target.pid}`, "--latency", "200ms"]);
      const worker = await command.worker();
      await target.run("tick 50");
      command.process.kill("SIGKILL");
      await command.ended;
      await until("the worker has ended", () => !isAlive(worker));
      expect(command.lines.filter(({ tracepoint }) => tracepoint === "test:tick")).toHaveLength(50);
      expect(command.stderr).toMatch(/^corelens: TRACER_GONE: /);
      await until(
        "the semaphores are lowered",
        async () => (await target.semaphore("test:tick")) === 0,
      );
      expect(await target.run("tick 1")).toBe("done");
    });

    it("print pids of the container in which they run", async () => {
      const input = join(directory, "input");
      execFileSync("mkfifo", [input]);
      const script = `${path} < ${input} > /dev/null & exec "$0" "$@" --target $!`;
      const command = new RunningCommand(["trace", "test:tick", "--json", "--count", "2"], {
        launch: ["unshare", "--pid", "--fork", "--mount-proc", "sh", "-c", script],
      });
      const feed = await open(input, "w");
      await until("the command is attached", () => command.stdout.includes("corelens:attached"));
      await feed.write("tick 2\n");
      await command.ended;
      await feed.close();
      expect(command.lines).toMatchObject([
        { tracepoint: "corelens:attached", pid: 2 },
        { tracepoint: "test:tick", pid: 2, tid: 2, thread: "target" },
        { tracepoint: "test:tick", pid: 2 },
        { tracepoint: "corelens:totals", delivered: 2 },
      ]);
    });

    it("run from a directory that only root may enter", async () => {
      const home = join(directory, "home");
      mkdirSync(join(home, "clone"), { recursive: true });
      chmodSync(home, 0o700);
      const target = await TargetProgram.start(path);
      const script = `mount --bind ${REPOSITORY} ${home}/clone && exec "$0" "$@"`;
      const command = new RunningCommand([...TRACE, `${target.pid}`, "--count", "1"], {
        launch: ["unshare", "--mount", "sh", "-c", script],
        program: `${home}/clone/bin/corelens`,
      });
      await command.worker();
      await target.run("tick 1");
      await command.ended;
      expect(command.stderr).toBe("");
      expect(command.lines.at(-1)).toMatchObject({ tracepoint: "corelens:totals", delivered: 1 });
    });
  },
);

describeNeeding([rightsToTrace, root, compiler, tool("setpriv")], "a user who is not root", () => {
  const directory = temporaryDirectory();
  const path = join(directory, "target");
  const user = ["setpriv", "--reuid", "1000", "--regid", "1000", "--clear-groups"];
  const rights = ["--inh-caps", "+bpf,+perfmon", "--ambient-caps", "+bpf,+perfmon"];
  beforeAll(() => {
    compile(path, [TARGET_SOURCE]);
    chmodSync(directory, 0o755);
  });

  it("traces with CAP_BPF and CAP_PERFMON, which the worker does not have", async () => {
    const target = await TargetProgram.start(path, { launch: user });
    const command = new RunningCommand([...TRACE, `${target.pid}`], {
      launch: [...user, ...rights],
    });
    const worker = await command.worker();
    for (const thread of statuses(worker)) {
      expect(thread).toMatchObject({ CapEff: NONE, CapPrm: NONE, CapAmb: NONE, NoNewPrivs: "1" });
    }
    await target.run("tick 2");
    command.process.kill("SIGINT");
    await command.ended;
    expect(command.lines.at(-1)).toMatchObject({ tracepoint: "corelens:totals", delivered: 2 });
  });

  it("gets an error that names the missing capabilities without them", async () => {
    const command = new RunningCommand([...TRACE, path], { launch: user });
    await command.ended;
    expect(command.exitStatus).toBe(4);
    expect(command.stderr).toMatch(/^corelens: NO_PERMISSION: /);
    expect(command.stdout).toBe("");
  });
});
