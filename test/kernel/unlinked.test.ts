import { copyFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, it } from "vitest";
import { attach } from "../../src/session/attach/attach.ts";
import { corelens } from "../cli/run-command.ts";
import { RunningCommand } from "../helpers/command.ts";
import { compile, temporaryDirectory } from "../helpers/compile.ts";
import { compiler, describeNeeding, rightsToTrace, root } from "../helpers/needs.ts";
import { everything, withoutNotices } from "../helpers/stream.ts";
import { TargetProgram } from "../helpers/target-program.ts";

const sourceOf = (name: string) => fileURLToPath(new URL(`../helpers/${name}`, import.meta.url));

/** What programs have loaded and no path leads to. */
describeNeeding([rightsToTrace, root, compiler], "a library without a file", () => {
  const directory = temporaryDirectory();
  const loader = join(directory, "loader");
  const built = join(directory, "built.so");
  const other = join(directory, "other.so");
  beforeAll(() => {
    compile(loader, [sourceOf("loader.c")], ["-ldl"]);
    compile(built, [sourceOf("library.c")], ["-shared", "-fPIC"]);
    compile(other, [sourceOf("library.c")], ["-shared", "-fPIC", "-Dbeat=other"]);
  });

  let copies = 0;
  async function load(way: "memory" | "file", library: string): Promise<TargetProgram> {
    return TargetProgram.start(loader, { launch: ["sh", "-c", `exec "$0" ${way} ${library}`] });
  }
  function library(): string {
    const path = join(directory, `lib${copies++}.so`);
    copyFileSync(built, path);
    return path;
  }
  async function beats(program: TargetProgram): Promise<unknown[]> {
    const session = attach({ target: program.pid, tracepoints: ["library:beat"] });
    for (let i = 0; i < 3; i++) await program.run("beat");
    return withoutNotices(await everything(session)).map(({ arg0 }) => Number(arg0));
  }

  it("is traced if it was loaded from memory", async () => {
    expect(await beats(await load("memory", built))).toEqual([1, 2, 3]);
  });

  it("is traced after its file was removed", async () => {
    const path = library();
    const program = await load("file", path);
    rmSync(path);
    expect(await beats(program)).toEqual([1, 2, 3]);
  });

  it("is traced after its file was replaced, and is not confused with the new file", async () => {
    const path = library();
    const program = await load("file", path);
    copyFileSync(other, `${path}.new`);
    renameSync(`${path}.new`, path);
    expect(await beats(program)).toEqual([1, 2, 3]);
  });

  it("is listed, counted and examined", async () => {
    const { pid } = await load("memory", built);
    expect((await corelens("list", `${pid}`)).stdout).toMatch(
      new RegExp(`^memfd:provider, loader \\(pid ${pid}\\)\n`),
    );
    const counting = new RunningCommand(["count", "-t", `${pid}`, "library:beat", "-d", "200ms"]);
    await counting.ended;
    expect(counting.stderr).toContain("attached to 1 tracepoint of memfd:provider");
    expect(counting.exitStatus).toBe(0);
    const { stdout, status } = await corelens("doctor", `${pid}`);
    expect(stdout).toContain("trial        attaching to all 1 tracepoint");
    expect(status).toBe(0);
  });
});
