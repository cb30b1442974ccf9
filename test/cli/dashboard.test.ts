import { expect, it } from "vitest";
import { RunningCommand } from "../helpers/command.ts";
import { describeNeeding, rightsToTrace, root } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";

describeNeeding([rightsToTrace, root], "the dashboard of a node", () => {
  it("serves metrics beside its pages when it is asked to", async () => {
    const node = new RunningCommand(["simulate", "--speed", "20"]);
    await until("the simulated node is there", () => node.stdout.includes("corelens list"));
    const target = String(node.process.pid);
    const dashboard = new RunningCommand([
      ...["dashboard", "--target", target, "--metrics", "--port", "0", "--no-open", "--no-rpc"],
    ]);
    const address = () => /http:\S+/.exec(dashboard.stdout)?.[0];
    await until("it is served", () => address() !== undefined);
    const metrics = async () => (await fetch(`${address()}/metrics`)).text();
    await until("messages were counted", async () =>
      /^corelens_p2p_messages_total\{[^}]*\} [1-9]/m.test(await metrics()),
    );
    const text = await metrics();
    expect(text).toMatch(/^corelens_attached 1$/m);
    expect(await (await fetch(`${address()}/`)).text()).toContain("<title>corelens");
    const foreign = await fetch(`${address()}/metrics`, {
      headers: { origin: "http://elsewhere" },
    });
    expect(foreign.status).toBe(403);
  });
});

it("the demo serves pages and metrics, and prints totals when it ends", async () => {
  const demo = new RunningCommand(["demo", "--metrics", "--port", "0", "--no-open"]);
  const address = () => /http:\S+/.exec(demo.stdout)?.[0];
  await until("it is served", () => address() !== undefined);
  expect(demo.stdout).toMatch(/^corelens .*\n\n {2}Dashboard {2}http:.*\n {2}Access .*\n {2}Stop /);
  await until("messages are counted", async () =>
    /^corelens_p2p_messages_total\{[^}]*\} [1-9]/m.test(
      await (await fetch(`${address()}/metrics`)).text(),
    ),
  );
  demo.process.kill("SIGINT");
  await demo.ended;
  expect(demo.stderr).toMatch(/^[\d,]+ events in [\d.]+ s, none lost; /m);
  expect(demo.exitStatus).toBe(0);
});
