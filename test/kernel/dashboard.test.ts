import { expect, it } from "vitest";
import type { Status } from "../../src/model/status.ts";
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
});

async function statusOf(url: string): Promise<Status> {
  return (await fetch(`${url}/api/status`)).json() as Promise<Status>;
}
