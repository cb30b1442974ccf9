import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { attach } from "../../src/session/attach/attach.ts";
import { compileSites } from "../helpers/assembly.ts";
import { compile, TARGET_SOURCE, temporaryDirectory } from "../helpers/compile.ts";
import { jsonLines } from "../helpers/json-lines.ts";
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

/** This binary has no --version. */
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

  it("shows a table of the requested tracepoints", async () => {
    const { stdout, status } = await corelens("list", path, "--tracepoint", "test:t*,net:*");
    expect(status).toBe(0);
    expect(stdout.split("\n")).toEqual([
      path,
      "unknown release of Bitcoin Core, 4 tracepoints",
      "",
      "TRACEPOINT           SITES  SEMAPHORE  FIELDS",
      expect.stringMatching(/^net:inbound_message {6}1 {2}yes {8}peer_id int64, address string,/),
      expect.stringContaining("msg_type string, size uint64,"),
      ...["test:text                1  yes        arg0 uint64", expect.any(String)],
      ...["test:tick                1  yes        arg0 uint64", expect.any(String)],
      "",
    ]);
  });

  it("is JSON with a line per file", async () => {
    const { stdout } = await corelens("list", path, "--json");
    const listing = jsonLines(stdout)[0]!;
    expect(listing).toMatchObject({ path, pid: null });
    expect(listing.tracepoints.map(({ name }: { name: string }) => name)).toContain("test:site");
    expect(listing.probes.length).toBeGreaterThan(listing.tracepoints.length);
  });

  it("refuses a missing file and suggests a similar one", async () => {
    const { stderr, status } = await corelens("list", path, "--tracepoint", "test:tock");
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

  it("shows which tracepoints are traced", async () => {
    const target = await TargetProgram.start(path);
    const list = async () => (await corelens("list", `${target.pid}`)).stdout;
    expect(await list()).toContain(", none traced at this moment\n");
    const session = attach({ target: target.pid, tracepoints: ["test:tick"] });
    expect(await list()).toContain(", 1 traced at this moment\n");
    expect(await list()).toMatch(/test:tick +1 {2}1 /);
    await session.close();
  });
});

describeNeeding([compiler], "corelens list of several files", () => {
  const directory = temporaryDirectory();
  const [first, second] = ["first", "second"].map((name) => join(directory, name)) as [
    string,
    string,
  ];
  beforeAll(() => {
    compileSites(first, [{ name: "demo:float", arguments: "8f@%rax 8@%xmm0" }], "numbers: .quad 1");
    compileSites(
      second,
      [
        { name: "demo:part", arguments: "8@%xmm0" },
        { name: "demo:part", arguments: "8@%rax" },
      ],
      "numbers: .quad 1",
    );
  });

  it("shows each of them, by path, directory or pattern", async () => {
    const { stdout } = await corelens("list", first, second);
    expect(stdout).toContain(`${first}\n`);
    expect(stdout).toContain(`${second}\n`);
    expect((await corelens("list", directory)).stdout).toBe(stdout);
    expect((await corelens("list", join(directory, "*"))).stdout).toBe(stdout);
    expect((await corelens("list", join(directory, "..", "**", "[fs]*"))).stdout).toContain(first);
  });

  it("lists the others if one is missing, and ends with 2", async () => {
    const { stdout, stderr, status } = await corelens("list", first, "/nowhere");
    expect(stdout).toContain(first);
    expect(stderr).toContain("FILE_UNREADABLE: no such file: /nowhere");
    expect(status).toBe(2);
  });

  it("marks unreadable files, with the reason", async () => {
    const table = (await corelens("list", first, second)).stdout.replace(/\s+/g, " ");
    expect(table).toContain("arg0 float64, arg1 unreadable");
    expect(table).toContain("arg1 cannot be read: 8@%xmm0: %xmm0 is a vector register");
    expect(table).toContain("arg0 uint64");
    expect(table).toContain("arg0 cannot be read at 1 of 2 sites: 8@%xmm0: ");
    const { stdout } = await corelens("list", first, "--json");
    const { fields } = jsonLines(stdout)[0]!.tracepoints[0];
    expect(fields).toMatchObject([
      { name: "arg0", type: "float64" },
      {
        name: "arg1",
        type: "unreadable",
        unreadable: expect.stringContaining("vector register"),
        unreadable_sites: 1,
      },
    ]);
  });
});

describeNeeding([compiler, tplist], "corelens list of forms that BCC reads otherwise", () => {
  it("counts the same arguments as tplist", async () => {
    const path = join(temporaryDirectory(), "forms");
    const forms = ["8f@%rax 4f@%edx", "16@%rax", "24@8(%rsp) 4@%eax", "%rax -8(%rbp)", "$5"];
    const others = ["4@%eax 8@%xmm0 4@%ebx", "4@%eax 8f@%xmm0", "16f@8(%rsp)", "4@%eax 4@%fs:-8"];
    const sites = [...forms, ...others].map((arguments_, i) => ({
      name: `form:n${i}`,
      arguments: arguments_,
    }));
    compileSites(path, sites, "numbers: .quad 1");
    const { stdout } = await corelens("list", path, "--format", "tplist", "-v");
    expect(stdout).toBe(run("tplist-bpfcc", "-v", "-l", path));
  });
});
