import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { expect, it, onTestFinished } from "vitest";
import type { Status } from "../../src/model/status.ts";
import { readInfo } from "../../src/recording/info.ts";
import { replay } from "../../src/recording/replay.ts";
import { RunningCommand } from "../helpers/command.ts";
import { describeNeeding, rightsToTrace, root } from "../helpers/needs.ts";
import { rightsOf } from "../helpers/rights.ts";
import { until } from "../helpers/stream.ts";

describeNeeding([rightsToTrace, root], "the dashboard of a traced node", () => {
  it("is served by a process without privileges, and follows the node through its end", async () => {
    const node = new RunningCommand(["simulate"]);
    await until("the node runs", () => node.stdout.includes("simulated node"));
    const target = String(node.process.pid);
    const command = new RunningCommand(["--target", target, "--port", "0", "--no-open"]);
    await until("it is served", () => command.stdout.includes("http://"));
    const url = /http:\S+/.exec(command.stdout)![0];
    await until("events come", async () => (await statusOf(url)).stream.state === "attached");

    const { capabilities, uids } = rightsOf(command.child);
    expect(capabilities).toBe(0n);
    expect(uids).not.toContain(0);

    node.process.kill("SIGKILL");
    await until("its end is told", async () => (await statusOf(url)).stream.state === "ended");
    expect((await statusOf(url)).headline.message).toContain(`The node ended (pid ${target})`);
    command.process.kill("SIGTERM");
    await command.ended;
    expect(command.exitStatus).toBe(0);
  }, 60_000);

  it("waits for a missing node, and reports it", async () => {
    const command = new RunningCommand([
      "--target",
      "/nonexistent/bitcoind.pid",
      "--port",
      "0",
      "--no-open",
    ]);
    await until("it is served", () => command.stdout.includes("http://"));
    const url = /http:\S+/.exec(command.stdout)![0];
    await until("it says what it waits for", async () =>
      (await statusOf(url)).headline.message.startsWith("Waiting for a node: no such file"),
    );
    command.process.kill("SIGTERM");
    await command.ended;
    expect(command.exitStatus).toBe(0);
  }, 60_000);

  it("records the last hours: what a killed process recorded can be played beside what follows", async () => {
    const state = mkdtempSync("/tmp/corelens-state-");
    chmodSync(state, 0o755);
    onTestFinished(() => rmSync(state, { recursive: true }));
    const node = new RunningCommand(["simulate"]);
    await until("the node runs", () => node.stdout.includes("simulated node"));
    const target = String(node.process.pid);
    const options = ["--target", target, "--port", "0", "--no-open", "--state", `${state}/a`];
    const flight = `${state}/a/recordings/flight`;
    const first = new RunningCommand(options);
    await until("it has recorded", async () => (await recordedIn(flight)).length > 100);
    const before = (await recordedIn(flight)).length;
    process.kill(first.child, "SIGKILL");
    await first.ended;
    const second = new RunningCommand(options);
    await until("it goes on", async () => (await recordedIn(flight)).length > before + 100);
    const url = /http:\S+/.exec(second.stdout)![0];
    const { recordings } = (await (await fetch(`${url}/api/recordings`)).json()) as RecordingList;
    expect(recordings).toMatchObject([{ name: "flight", is_flight: true, damage: null }]);
    const view = await fetch(`${url}/api/status?recording=${recordings[0]!.id}`);
    expect(view.status).toBe(200);
    second.process.kill("SIGTERM");
    await second.ended;
    const files = (await readInfo(flight)).files;
    expect(files.map(({ complete }) => complete)).toEqual([true, true]);
  }, 60_000);
});

interface RecordingList {
  readonly recordings: readonly { readonly id: string }[];
}

async function recordedIn(flight: string): Promise<unknown[]> {
  try {
    const events: unknown[] = [];
    for await (const event of await replay(flight)) events.push(event);
    return events;
  } catch {
    return [];
  }
}

async function statusOf(url: string): Promise<Status> {
  return (await fetch(`${url}/api/status`)).json() as Promise<Status>;
}
