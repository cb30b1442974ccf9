import { chmodSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { StreamEvent } from "../../src/event/notice.ts";
import { crowdEvents } from "../commands/screens.ts";
import { RunningCommand } from "../helpers/command.ts";
import { jsonLines } from "../helpers/json-lines.ts";
import { describeNeeding, rightsToTrace, root, tool } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";
import { PROMPT, Terminal } from "../helpers/terminal.ts";
import {
  record,
  SIMULATED_KINDS,
  simulatedEvents,
  temporaryDirectory,
} from "../recording/recordings.ts";
import { corelens } from "./run-command.ts";

const tmux = tool("tmux", "-V");

async function recording(events: StreamEvent[] = simulatedEvents(3000)): Promise<string> {
  const path = join(temporaryDirectory(), "node.corelens");
  await record(path, SIMULATED_KINDS, events, { maxPayload: 0 });
  return path;
}

describeNeeding([tmux], "a screen in a terminal", () => {
  it("shows 200 peers, answers keys, and restores the terminal", async () => {
    const path = await recording(crowdEvents(200, 20_000));
    const terminal = new Terminal(120, 30);
    await terminal.shows(PROMPT);
    const before = terminal.state;
    terminal.corelens(`p2p-monitor --from ${path} --speed max`);
    const list = await terminal.shows("the stream ended");
    expect(list[0]).toMatch(/^p2p-monitor {2}200 peers \(100 inbound\) {2}IN /);
    expect(terminal.state.alternate).toBe("1");
    expect(terminal.state.keys).toContain("-icanon");
    terminal.press("G");
    await terminal.shows(/^> {4}199 {2}inbound/m);
    terminal.press("Enter");
    await terminal.shows("peer 199  inbound  ipv4");
    terminal.press("Escape");
    await terminal.shows("ADDRESS");
    terminal.type("/peer_id < 3");
    terminal.press("Enter");
    await terminal.shows("3 of 200 peers match: peer_id < 3");
    terminal.press("?");
    await terminal.shows("any other key closes the help");
    terminal.press("x", "q");
    await terminal.shows("20,000 events in ");
    expect(terminal.state).toEqual(before);
  });

  it("shows mempool events during a replay", async () => {
    const path = await recording();
    const terminal = new Terminal(80, 24);
    terminal.corelens(`mempool-monitor --from ${path} --speed 20`);
    await terminal.shows(/^1 added +[1-9]/m);
    await terminal.shows(/^\d\d:\d\d:\d\d {2}added +\w{7}…\w{7} +\d+\.\d\d sat\/vB/m);
    terminal.press("C-c");
    await terminal.shows(" events in ");
  });

  it("fits any size of the terminal", async () => {
    const path = await recording(crowdEvents(200, 2000));
    const terminal = new Terminal(80, 24);
    terminal.corelens(`p2p-monitor --from ${path} --speed max`);
    await terminal.shows("the stream ended");
    for (const [columns, rows] of [
      [200, 60],
      [40, 12],
      [100, 5],
      [80, 24],
    ] as const) {
      terminal.resize(columns, rows);
      await until(`the screen has ${columns} columns and ${rows} rows`, () => {
        const { lines } = terminal;
        const list = lines.slice(2, -2);
        return (
          lines.length === rows &&
          lines[0]!.startsWith("p2p-monitor") &&
          list.length === rows - 4 &&
          list.every((line) => /^[> ] +\d+ /.test(line)) &&
          lines.at(-2)!.startsWith("the stream ended") &&
          lines.at(-1)!.startsWith("q quit")
        );
      });
    }
    terminal.press("q");
    await terminal.shows(" events in ");
  });

  it.each(["SIGTERM", "SIGHUP", "SIGINT"] as const)(
    "restores the terminal on %s",
    async (signal) => {
      const path = await recording();
      const terminal = new Terminal(80, 24);
      await terminal.shows(PROMPT);
      const before = terminal.state;
      terminal.corelens(`p2p-monitor --from ${path}`);
      await terminal.shows("q quit");
      process.kill(terminal.program, signal);
      await terminal.shows(" events in ");
      expect(terminal.state).toEqual(before);
    },
  );

  it("restores the terminal before it reports a crash", async () => {
    const path = await recording();
    const terminal = new Terminal(80, 24);
    await terminal.shows(PROMPT);
    const before = terminal.state;
    const crash = "process.on('SIGUSR2',()=>{throw new Error('it fell')})";
    terminal.corelens(`mempool-monitor --from ${path}`, `--import "data:text/javascript,${crash}"`);
    await terminal.shows("q quit");
    process.kill(terminal.program, "SIGUSR2");
    await terminal.shows("Error: it fell");
    await until("the shell has the terminal", () => terminal.state.keys === before.keys);
    expect(terminal.state).toEqual(before);
  });

  it("stops on Ctrl-Z and comes back on fg", async () => {
    const path = await recording();
    const terminal = new Terminal(80, 24);
    await terminal.shows(PROMPT);
    const before = terminal.state;
    terminal.corelens(`p2p-monitor --from ${path} --speed max`);
    await terminal.shows("q quit");
    terminal.press("C-z");
    await terminal.shows("Stopped");
    expect(terminal.state).toEqual(before);
    terminal.type("fg");
    terminal.press("Enter");
    await terminal.shows("q quit");
    terminal.press("q");
    await terminal.shows(" events in ");
    expect(terminal.state).toEqual(before);
  });
});

describeNeeding([tmux, rightsToTrace, root], "a screen of a traced node", () => {
  async function traced(columns = 100): Promise<Terminal> {
    const node = new RunningCommand(["simulate", "--speed", "20"]);
    await until("the simulated node is there", () => node.stdout.includes("corelens list"));
    const terminal = new Terminal(columns, 24);
    await terminal.shows(PROMPT);
    terminal.corelens(`p2p-monitor -t ${node.process.pid}`);
    return terminal;
  }

  it("shows the cost of tracing, and stops with its privileged process", async () => {
    const terminal = await traced();
    await terminal.shows(/none lost · tracing costs the node [\d.< ]+ % of a core/);
    terminal.press("C-z");
    await terminal.shows("Stopped");
    expect(terminal.state.alternate).toBe("0");
    terminal.type("fg");
    terminal.press("Enter");
    await terminal.shows("q quit");
    terminal.press("q");
    await terminal.shows(/events in .*, none lost; cost the node [\d,]+ ns a hit/);
    expect(terminal.state.alternate).toBe("0");
  });

  it("restores the terminal when the worker is killed", async () => {
    const terminal = await traced();
    await terminal.shows("q quit");
    process.kill(terminal.program, "SIGKILL");
    await terminal.shows("TRACER_GONE");
    await until("the keys are the shell's", () => !terminal.state.keys.includes("-icanon"));
    expect(terminal.state).toMatchObject({ alternate: "0", cursor: "11" });
  });
});

describe("a screen without a terminal", () => {
  it.each(["p2p-monitor", "mempool-monitor"])("%s is refused, with a cure", async (name) => {
    const { stderr, status } = await corelens(name, "--from", await recording());
    expect(stderr).toContain("USAGE: standard output is not a terminal");
    expect(stderr).toContain("--json");
    expect(status).toBe(2);
  });

  it("prints an object for every second of the stream with --json", async () => {
    const path = await recording();
    const args = ["--from", path, "--speed", "max", "--json"];
    for (const [name, noun] of [
      ["p2p-monitor", "peers"],
      ["mempool-monitor", "mempool"],
    ] as const) {
      const { stdout, status } = await corelens(name, ...args);
      expect(status).toBe(0);
      const lines = jsonLines(stdout);
      const snapshots = lines.filter(({ tracepoint }) => tracepoint === `corelens:${noun}`);
      expect(snapshots.length).toBeGreaterThan(10);
      const times = snapshots.map(({ time }) => Date.parse(time));
      const steps = times.slice(1, -1).map((time, i) => time - times[i]!);
      expect(Math.min(...steps)).toBeGreaterThanOrEqual(999);
      expect(lines.at(-1)).toMatchObject({ tracepoint: "corelens:totals", lost: 0 });
    }
  });

  it("prints one also without events", async () => {
    const directory = temporaryDirectory();
    chmodSync(directory, 0o755);
    const path = join(directory, "quiet");
    const [first, last] = simulatedEvents(2);
    await record(path, SIMULATED_KINDS, [first!, { ...last!, time: first!.time + 3500 }]);
    const command = new RunningCommand(["p2p-monitor", "--from", path, "--json"]);
    await command.ended;
    expect(command.lines.length).toBeGreaterThanOrEqual(4);
  });
});
