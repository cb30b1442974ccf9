import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { REPOSITORY, RunningCommand } from "../helpers/command.ts";
import { jsonLines } from "../helpers/json-lines.ts";
import { describeNeeding, rightsToTrace, root, tool } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";

/** A simulated node; its pid is available when its tracepoints exist. */
async function simulatedNode(...args: string[]): Promise<number> {
  const node = new RunningCommand(["simulate", ...args]);
  await until("the simulated node is there", () => node.stdout.includes("corelens list"));
  return node.process.pid!;
}

async function finished(...args: string[]): Promise<RunningCommand> {
  const command = new RunningCommand(args);
  await command.ended;
  return command;
}

describe("corelens demo without rights", () => {
  it("shows simulated events and what is missing", { timeout: 60_000 }, () => {
    const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [`${REPOSITORY}bin/corelens`, "demo", "--count", "5", "--speed", "50"],
      { ...nobody, encoding: "utf8" },
    );
    expect(stdout.trim().split("\n")).toHaveLength(5);
    expect(stdout).toContain("net:outbound_message");
    expect(stderr).toContain("simulated events are shown without tracing");
    expect(stderr).toContain("sudo");
    expect(status).toBe(0);
  });
});

describeNeeding([rightsToTrace, root], "corelens trace", () => {
  it("prints events under their contract names, then totals", async () => {
    const pid = await simulatedNode("--speed", "50");
    const trace = await finished("trace", "net:*_message", "-t", String(pid), "-j", "-n", "20");
    const [first, event, ...rest] = trace.lines;
    expect(first).toMatchObject({ tracepoint: "corelens:attached", pid });
    expect(event).toMatchObject({ pid, thread: expect.any(String) });
    expect(Object.keys(event!)).toEqual([
      ...["tracepoint", "time", "ktime", "tid", "thread", "cpu", "pid"],
      ...["peer_id", "address", "connection_type", "msg_type", "size"],
    ]);
    expect(rest).toHaveLength(20);
    expect(rest.at(-1)).toMatchObject({ tracepoint: "corelens:totals", lost: 0 });
    expect(trace.exitStatus).toBe(0);
  });

  it("reads only the requested fields, and whole payloads", async () => {
    const pid = await simulatedNode("--speed", "50");
    const fields = ["--fields", "size,payload"];
    const trace = await finished(
      "trace",
      "net:*_message",
      "-t",
      `${pid}`,
      "-j",
      "-n",
      "30",
      ...fields,
    );
    const messages = trace.lines.filter(({ size }) => size !== undefined);
    expect(messages).toHaveLength(30);
    for (const { size, payload } of messages)
      expect(String(payload)).toHaveLength(2 * Number(size));
  });

  it("ends after a duration and on Ctrl-C, with totals on standard error", async () => {
    const pid = await simulatedNode();
    const timed = await finished("trace", "-t", String(pid), "--duration", "300ms");
    expect(timed.stderr).toMatch(/^[\d,]+ events? in 0\.\d s, none lost; /);
    const interrupted = new RunningCommand(["trace", "-t", String(pid)]);
    await until("it is attached", () => interrupted.stdout.includes("attached to 20 tracepoints"));
    interrupted.process.kill("SIGINT");
    await interrupted.ended;
    expect(interrupted.stderr).toContain("none lost");
    expect(interrupted.exitStatus).toBe(0);
  });

  it("finds the node, also in another PID namespace", () => {
    const corelens = `"${process.execPath}" bin/corelens`;
    const script = `${corelens} simulate --release 25 --speed 20 >/dev/null & sleep 1;
      ${corelens} trace mempool:added --json --count 1; kill $!`;
    // Its own PID namespace has no other node of this machine.
    const { stdout, stderr } = spawnSync(
      "unshare",
      ["--pid", "--fork", "--mount-proc", "sh", "-c", script],
      { cwd: REPOSITORY, encoding: "utf8", timeout: 25_000 },
    );
    expect(stderr).toBe("");
    const [attached, event] = jsonLines(stdout);
    expect(attached).toMatchObject({ tracepoint: "corelens:attached", tracepoints: 1 });
    expect(event).toMatchObject({ pid: attached!.pid, vsize: expect.any(Number) });
    expect(event!.thread).toBeTypeOf("string");
  });

  it.each([
    [["trace", "mempool:aded", "-t", "PID"], 2, "TRACEPOINT_UNKNOWN", "did you mean mempool:added"],
    [["trace", "-t", "PID", "-f", "sice"], 2, "FIELD_UNKNOWN", "did you mean size"],
    [["trace", "-t", "4194305"], 3, "PROCESS_GONE", "does not exist"],
    [["trace", "-t", "/etc/passwd"], 2, "ELF_NOT_ELF", "not an ELF"],
    [["trace", "-t", "/nowhere"], 2, "FILE_UNREADABLE", "/nowhere"],
  ])("refuses %j with exit status %i", async (args, status, code, hint) => {
    const pid = args.includes("PID") ? await simulatedNode() : 0;
    const trace = await finished(...args.map((arg) => (arg === "PID" ? String(pid) : arg)));
    expect(trace.stderr).toContain(`corelens: ${code}: `);
    expect(trace.stderr).toContain(hint);
    expect(trace.exitStatus).toBe(status);
  });

  it("ends silently when the reader of its pipe is gone", { timeout: 60_000 }, async () => {
    const pid = await simulatedNode("--speed", "50");
    const command = `"${process.execPath}" bin/corelens trace -t ${pid} | head -n 3`;
    const { stdout, stderr } = spawnSync("sh", ["-c", command], {
      cwd: REPOSITORY,
      encoding: "utf8",
    });
    expect(stdout.trim().split("\n")).toHaveLength(3);
    expect(stderr).toBe("");
  });

  it("reports a full disk", async () => {
    const pid = await simulatedNode("--speed", "50");
    const command = `"${process.execPath}" bin/corelens trace -t ${pid} > /dev/full`;
    const { stderr, status } = spawnSync("sh", ["-c", command], {
      cwd: REPOSITORY,
      encoding: "utf8",
    });
    expect(stderr).toContain("OUTPUT_GONE");
    expect(stderr).toContain("ENOSPC");
    expect(status).toBe(6);
  });
});

describeNeeding([rightsToTrace, root, tool("tmux", "-V")], "corelens trace in a terminal", () => {
  it("prints a line per event and restores the terminal", { timeout: 60_000 }, async () => {
    const pid = await simulatedNode("--speed", "5");
    const directory = mkdtempSync(join(tmpdir(), "corelens-tmux-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const tmux = (...args: string[]): string =>
      execFileSync("tmux", ["-S", join(directory, "socket"), ...args], {
        cwd: REPOSITORY,
        encoding: "utf8",
      });
    tmux("new-session", "-d", "-s", "t", "-x", "200", "-y", "30", "sh");
    onTestFinished(() => void tmux("kill-server"));
    tmux("send-keys", "-t", "t", `"${process.execPath}" bin/corelens trace -t ${pid}`, "Enter");
    const screen = (): string => tmux("capture-pane", "-p", "-t", "t");
    await until("events are on the screen", () =>
      /net:(in|out)bound_message +peer_id=/.test(screen()),
    );
    tmux("send-keys", "-t", "t", "C-c");
    await until("totals are on the screen", () => /\d+ events in .* none lost/.test(screen()));
    tmux("send-keys", "-t", "t", "echo still $((40 + 2)) here", "Enter");
    await until("the shell answers", () => screen().includes("still 42 here"));
  });
});
