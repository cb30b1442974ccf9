import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { WORKER_OPTIONS } from "../../src/session/privilege/worker-options.ts";
import { REPOSITORY } from "../helpers/command.ts";
import { temporaryDirectory } from "../helpers/compile.ts";

const PROGRAM = join(REPOSITORY, "bin/corelens");
const BUNDLE = join(REPOSITORY, "dist/bundle");

/** What a command loads: source files of the bundle's chunks, and packages outside of it. */
function loadedBy(...args: readonly string[]): { sources: string[]; packages: string[] } {
  const directory = temporaryDirectory();
  spawnSync(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, NODE_V8_COVERAGE: directory },
  });
  const files = readdirSync(directory).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(directory, name), "utf8"));
    const urls: string[] = result.map(({ url }: { url: string }) => url);
    return urls.filter((url) => !url.startsWith("node:")).map(toPath);
  });
  return {
    sources: files.filter((path) => dirname(path) === BUNDLE).flatMap(sourcesOf),
    packages: files.flatMap((path) => path.split("/node_modules/")[1]?.split("/")[0] ?? []),
  };
}

function toPath(url: string): string {
  return url.startsWith("file:") ? fileURLToPath(url) : url;
}

/** The chunk of the bundler's own functions has no map. */
function sourcesOf(chunk: string): string[] {
  if (!existsSync(`${chunk}.map`)) return [];
  const { sources } = JSON.parse(readFileSync(`${chunk}.map`, "utf8")) as { sources: string[] };
  return sources.map((source) => resolve(BUNDLE, source).slice(REPOSITORY.length));
}

const inRooms = (sources: readonly string[], ...rooms: readonly string[]) =>
  sources.filter((path) => rooms.some((room) => path.startsWith(`src/${room}/`)));

describe("the bundled command line", () => {
  it("loads for `list` nothing that traces, serves or decodes", () => {
    const { sources, packages } = loadedBy("list", process.execPath);
    expect(sources).toContain("src/commands/list/command.ts");
    expect(sources).toContain("src/elf/elf.ts");
    expect(inRooms(sources, "bpf", "dashboard", "metrics", "recording", "simulate")).toEqual([]);
    expect(inRooms(sources, "bitcoin/decode", "capnp", "session/source", "model")).toEqual([]);
    expect(packages).toEqual([]);
  });

  it("loads no command for --version", () => {
    const { sources, packages } = loadedBy("--version");
    expect(inRooms(sources, "commands")).toEqual([]);
    expect(packages).toEqual([]);
  });

  it("names source files in the stack of a bug", () => {
    const bug = "process.stderr.write = () => { throw Error('bug'); };";
    const withBug = ["--import", `data:text/javascript,${encodeURIComponent(bug)}`, PROGRAM];
    const { stderr } = spawnSync(process.execPath, [...withBug, "list", "/nowhere"], {
      encoding: "utf8",
    });
    expect(stderr).toMatch(/\(src\/terminal\/[\w-]+\.ts:\d+:\d+\)/);
    expect(stderr).toMatch(/at report \(src\/cli\/main\.ts:\d+:\d+\)/);
  });

  it("has compiled code for each chunk", () => {
    const names = readdirSync(BUNDLE);
    const chunks = names.filter((name) => name.endsWith(".cjs"));
    for (const ending of [".code", ".worker.code"])
      expect(chunks.filter((name) => !names.includes(name + ending))).toEqual([]);
  });

  it.each([
    [".code", []],
    [".worker.code", WORKER_OPTIONS],
  ])("has compiled code %s that V8 accepts with the options %j", (ending, options) => {
    const main = JSON.stringify(join(BUNDLE, "main.cjs"));
    const script = `const { readFileSync } = require("node:fs"), { Script, constants } = require("node:vm");
      const cachedData = readFileSync(${main} + "${ending}");
      const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
      const options = { filename: ${main}, cachedData, importModuleDynamically };
      console.log(new Script(readFileSync(${main}, "utf8"), options).cachedDataRejected);`;
    const { stdout } = spawnSync(process.execPath, [...options, "-e", script], {
      encoding: "utf8",
    });
    expect(stdout).toBe("false\n");
  });

  it.each([[["--version"]], [["--help"]], [["list", "--help"]], [["dashboard", "--help"]]])(
    "prints for %j what the modules print",
    (args) => {
      const modules = JSON.stringify(join(REPOSITORY, "dist/cli/main.js"));
      const run = `import { main } from ${modules}; await main(["", "", ...process.argv.slice(1)]);`;
      const print = (...all: readonly string[]) =>
        execFileSync(process.execPath, all, { encoding: "utf8" });
      expect(print(PROGRAM, ...args)).toBe(print("--input-type=module", "-e", run, "--", ...args));
    },
  );
});
