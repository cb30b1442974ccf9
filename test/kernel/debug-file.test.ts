import { execFileSync } from "node:child_process";
import { copyFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { attach } from "../../src/session/attach/attach.ts";
import { corelens } from "../cli/run-command.ts";
import { RunningCommand } from "../helpers/command.ts";
import { compile, TARGET_SOURCE, temporaryDirectory } from "../helpers/compile.ts";
import { jsonLines } from "../helpers/json-lines.ts";
import { compiler, describeNeeding, rightsToTrace, tool } from "../helpers/needs.ts";
import { TargetProgram } from "../helpers/target-program.ts";

const objcopy = tool("objcopy", "--version");

describeNeeding([rightsToTrace, compiler, objcopy], "a file of debug information", () => {
  const directory = temporaryDirectory();
  const program = join(directory, "target");
  const debug = `${program}.dbg`;
  beforeAll(() => {
    compile(program, [TARGET_SOURCE], ["-g", "-Wl,--build-id"]);
    execFileSync("objcopy", ["--only-keep-debug", program, debug]);
  });

  it("is refused with an error that names its program", () => {
    expect(() => attach({ target: debug, tracepoints: ["test:*"] })).toThrow(
      expect.objectContaining({
        code: "NOT_ATTACHABLE",
        message: expect.stringMatching(/^\/\S+\/target\.dbg holds debug information, not the code/),
        cure: `use its program as the target: ${program}`,
      }),
    );
  });

  it("is refused by every command that attaches, and by --explain", async () => {
    for (const args of [["trace"], ["trace", "--explain"], ["count"], ["record", "/dev/null"]]) {
      const command = new RunningCommand([...args, "-t", debug, "test:tick"]);
      await command.ended;
      const { stderr, stdout, exitStatus: status } = command;
      expect(stderr).toMatch(
        /^corelens: NOT_ATTACHABLE: .*\n {2}→ use its program as the target: \S+\/target\n$/,
      );
      expect(stdout).toBe("");
      expect(status).toBe(3);
    }
  });

  it("is not accepted by doctor", async () => {
    const { stdout, status } = await corelens("doctor", debug);
    expect(stdout).toContain("NOT_ATTACHABLE");
    expect(stdout).not.toContain("Tracing works here");
    expect(status).toBe(1);
  });

  it("is listed with the note that it does not contain the code", async () => {
    const { stdout } = await corelens("list", debug);
    expect(stdout).toMatch(/test:tick .*\n(?: .*\n)* +its code is not in this file\n/);
    const [listed] = jsonLines((await corelens("list", debug, "--json")).stdout);
    expect(listed!.tracepoints[0]).toMatchObject({ obstacle: "its code is not in this file" });
  });

  it("is resolved to its running program in any directory", async () => {
    const moved = join(directory, "moved");
    copyFileSync(program, moved);
    renameSync(program, `${program}.away`);
    try {
      const attachDebug = () => attach({ target: debug, tracepoints: ["test:*"] });
      expect(attachDebug).toThrow(
        expect.objectContaining({
          cure: expect.stringContaining("name the program itself"),
        }),
      );
      const running = await TargetProgram.start(moved);
      expect(attachDebug).toThrow(
        expect.objectContaining({ cure: `use its program as the target: ${moved}` }),
      );
      await running.kill();
    } finally {
      renameSync(`${program}.away`, program);
    }
  });
});
