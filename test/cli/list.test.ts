import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { attach } from "../../src/session/attach.ts";
import { compile, TARGET_SOURCE, temporaryDirectory } from "../helpers/compile.ts";
import {
  compiler,
  describeNeeding,
  type Need,
  rightsToTrace,
  root,
  tool,
} from "../helpers/needs.ts";
import { TargetProgram } from "../helpers/target-program.ts";
import { stapsdtSection } from "../usdt/readelf.ts";
import { LIBRARY, library, NODES } from "./binaries.ts";
import { corelens } from "./run-command.ts";

const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { encoding: "utf8", stdio: "pipe", maxBuffer: 64 << 20 });

/** It has no --version to ask for. */
const tplist: Need = () =>
  spawnSync("tplist-bpfcc", ["--help"]).status === 0 ? null : "no tplist-bpfcc";

describeNeeding([library, tool("readelf"), tool("gdb")], "corelens list", () => {
  it.each([LIBRARY!, ...NODES])("prints %s as other tools do", async (path) => {
    const formatted = async (...args: string[]) =>
      (await corelens("list", path, "--format", ...args)).stdout;
    expect(await formatted("readelf")).toBe(stapsdtSection(run("readelf", "-n", path)));
    const gdb = run("gdb", "-nx", "-batch", "-ex", "info probes", path);
    expect(await formatted("gdb")).toBe(gdb);
  });
});

describeNeeding([library, tplist], "corelens list", () => {
  it.each([LIBRARY!, ...NODES])("prints %s as tplist does", async (path) => {
    const formatted = async (...args: string[]) =>
      (await corelens("list", path, "--format", "tplist", ...args)).stdout;
    expect(await formatted()).toBe(run("tplist-bpfcc", "-l", path));
    expect(await formatted("-v")).toBe(run("tplist-bpfcc", "-v", "-l", path));
  });
});

describeNeeding([compiler], "corelens list of a program", () => {
  const path = join(temporaryDirectory(), "target");
  beforeAll(() => compile(path, [TARGET_SOURCE]));

  it("shows a table, and only what is asked for", async () => {
    const { stdout, status } = await corelens("list", path, "--tracepoint", "test:t*,net:*");
    expect(status).toBe(0);
    expect(stdout.split("\n")).toEqual([
      path,
      "like no release of Bitcoin Core, 4 tracepoints",
      "",
      "TRACEPOINT           SITES  SEMAPHORE  FIELDS",
      expect.stringMatching(/^net:inbound_message {6}1 {2}yes {8}peer_id int64, address string,/),
      expect.stringContaining("msg_type string, size uint64,"),
      ...["test:text                1  yes        arg0 uint64", expect.any(String)],
      ...["test:tick                1  yes        arg0 uint64", expect.any(String)],
      "",
    ]);
  });

  it("is JSON of one document a file", async () => {
    const { stdout } = await corelens("list", path, "--format", "json");
    const listing = JSON.parse(stdout);
    expect(listing).toMatchObject({ path, pid: null });
    expect(listing.tracepoints.map(({ name }: { name: string }) => name)).toContain("test:site");
    expect(listing.probes.length).toBeGreaterThan(listing.tracepoints.length);
  });

  it("refuses what is not there, and says what was probably meant", async () => {
    const { stderr, status } = await corelens("list", path, "-p", "test:tock");
    expect(status).toBe(2);
    expect(stderr).toBe(
      "corelens: TRACEPOINT_UNKNOWN: the target has no tracepoint test:tock\n" +
        "  → did you mean test:tick or test:text?\n",
    );
    expect(await corelens("list", "/nowhere")).toMatchObject({ stdout: "", status: 2 });
    expect(await corelens("list", process.execPath, "--format", "xml")).toMatchObject({
      status: 2,
    });
  });

  it("lists a process with its libraries", async () => {
    const target = await TargetProgram.start(path);
    const { stdout } = await corelens("list", `${target.pid}`);
    expect(stdout).toContain(`${path}, target (pid ${target.pid})\n`);
  });
});

describeNeeding([compiler, rightsToTrace, root], "corelens list of a process", () => {
  const path = join(temporaryDirectory(), "target");
  beforeAll(() => compile(path, [TARGET_SOURCE]));

  it("tells what is traced at this moment", async () => {
    const target = await TargetProgram.start(path);
    const list = async () => (await corelens("list", `${target.pid}`)).stdout;
    expect(await list()).toContain(", none traced at this moment\n");
    const session = attach({ target: target.pid, tracepoints: ["test:tick"] });
    expect(await list()).toContain(", 1 traced at this moment\n");
    expect(await list()).toMatch(/test:tick +1 {2}1 /);
    await session.close();
  });
});
