import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { RunningCommand } from "../helpers/command.ts";
import { runDocumented } from "../helpers/documented-program.ts";
import { describeNeeding, rightsToTrace } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";
import { temporaryDirectory } from "./recordings.ts";

const DOCUMENT = readFileSync(new URL("../../docs/recording.md", import.meta.url), "utf8");

describeNeeding([rightsToTrace], "the documented program", () => {
  it("records a node and reads the recording", async () => {
    const node = new RunningCommand(["simulate", "--speed", "20"]);
    await until("the simulated node is there", () => node.stdout.includes("corelens list"));
    const [, code] = /```js\n(.*?)```/s.exec(DOCUMENT)!;
    const path = join(temporaryDirectory(), "node.corelens");
    const [first, ...others] = await runDocumented(code!, String(node.process.pid), path);
    expect(first).toMatch(/^recorded \d{2,} events in \d+ bytes$/);
    expect(others.length).toBeGreaterThan(2);
    for (const line of others) expect(line).toMatch(/^\w*x\w* of \d{3,} bytes$/);
  });
});
