import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/commands.ts";
import { corelens } from "./run-command.ts";

describe("corelens --help", () => {
  it("fits 80 columns and equals its golden file", async () => {
    const { stdout, status } = await corelens("--help");
    const text = stdout.replace(/Documents: .*/, "Documents: docs/");
    await expect(text).toMatchFileSnapshot("help.txt");
    expect(Math.max(...text.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(status).toBe(0);
  });

  it("lists every folder of commands", () => {
    const folders = readdirSync("src/commands", { withFileTypes: true }).filter((each) =>
      each.isDirectory(),
    );
    expect(Object.keys(COMMANDS).sort()).toEqual(folders.map(({ name }) => name).sort());
  });
});

describe("corelens help", () => {
  it("prints the help of a command", async () => {
    const [help, option] = [await corelens("help", "info"), await corelens("info", "--help")];
    expect(help.stdout).toContain("Usage: corelens info");
    expect(help).toEqual(option);
  });

  it("ends quietly if the reader has closed the pipe", () => {
    const { stderr } = spawnSync("sh", ["-c", "bin/corelens trace --help | true"], {
      encoding: "utf8",
    });
    expect(stderr).toBe("");
  });

  it("prints all commands without one", async () => {
    expect(await corelens("help")).toEqual(await corelens("--help"));
  });
});

it("a mistyped command is refused with the nearest one", async () => {
  const { stderr, status } = await corelens("tracee");
  expect(stderr).toContain("unknown command 'tracee'\n(Did you mean trace?)");
  expect(status).toBe(2);
});
