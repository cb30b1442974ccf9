import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { recognise } from "../../src/contract/recognise.ts";
import type { CorelensError } from "../../src/errors.ts";
import {
  filesFor,
  parseTarget,
  resolveTarget,
  type Target,
  type TargetFile,
} from "../../src/session/attach/target.ts";
import { node, V31 } from "../contract/nodes.ts";
import { temporaryDirectory } from "../helpers/compile.ts";

describe("the name of a target", () => {
  const directory = temporaryDirectory();
  const file = (name: string, content: string) => {
    const path = join(directory, name);
    writeFileSync(path, content);
    return path;
  };

  it("may be missing: then it means the running node", () => {
    expect(parseTarget(undefined)).toEqual({ kind: "search" });
  });

  it.each(["1", "4711", "4194304"])("may be a pid: %s", (text) => {
    expect(parseTarget(text)).toEqual({ kind: "pid", pid: Number(text) });
  });

  it.each(["1234", "1234\n", "7 \n"])("may be a file that holds a pid: %j", (content) => {
    const path = file("bitcoind.pid", content);
    expect(parseTarget(path)).toEqual({ kind: "pid-file", path });
  });

  it.each(["", "\n", "\u007fELF", "12ab", "-5", "1234567890123456", "12\n34\n"])(
    "is a binary if the file holds anything else: %j",
    (content) => {
      const path = file("bitcoind", content);
      expect(parseTarget(path)).toEqual({ kind: "path", path });
    },
  );

  it("is a binary if the path does not exist or is not a regular file", () => {
    expect(parseTarget("/nowhere/bitcoind")).toMatchObject({ kind: "path" });
    expect(parseTarget(directory)).toMatchObject({ kind: "path" });
    expect(parseTarget("-1")).toMatchObject({ kind: "path" });
  });

  it.each([
    ["a pid without a process", "4194305", "PROCESS_GONE"],
    ["more digits than a pid has", "99999999999999999999", "PROCESS_GONE"],
    ["a file that does not exist", "/nowhere/bitcoind", "FILE_UNREADABLE"],
    ["a directory", "/proc", "FILE_UNREADABLE"],
    ["a file that is not a binary", "/etc/passwd", "ELF_NOT_ELF"],
    ["a binary without tracepoints", "/bin/true", "NO_TRACEPOINTS"],
  ])("is refused with a reason if it is %s", (_, text, code) => {
    expect(() => resolveTarget(parseTarget(text))).toThrow(expect.objectContaining({ code }));
  });

  it("of a target without tracepoints is refused with the examined files and the build option", async () => {
    const noTracepoints = (text: string) => {
      try {
        resolveTarget(parseTarget(text));
      } catch (error) {
        return error as CorelensError;
      }
      throw new Error(`${text} has tracepoints`);
    };
    const program = join(directory, "sleep");
    const core = join(directory, "bitcoind");
    for (const path of [program, core]) copyFileSync("/bin/sleep", path);
    expect(noTracepoints(program)).toMatchObject({
      message: `${program} has no tracepoints`,
      cure: expect.not.stringContaining("Bitcoin Core"),
    });
    expect(noTracepoints(core).cure).toMatch(/^build Bitcoin Core with -DWITH_USDT=ON/);
    const process = spawn(program, ["60"]);
    onTestFinished(() => void process.kill());
    await once(process, "spawn");
    expect(noTracepoints(String(process.pid)).message).toMatch(
      /^sleep \(pid \d+\) has no tracepoints, and neither do its loaded libraries: .*libc/,
    );
  });
});

describe("the files of a target", () => {
  const file = (path: string, probes: string): TargetFile => {
    const found = node(probes, { semaphores: true });
    const recognition = recognise(found);
    const binary = { path, machine: "x86-64", type: "DYN", probes: found, problems: [] } as const;
    return {
      reachablePath: path,
      inode: path,
      pid: null,
      binary: { ...binary, buildId: null, coreVersion: undefined, recognition },
    };
  };
  const bitcoind = file("/bitcoind", V31);
  const library = file("/libstdcxx.so", "libstdcxx:throw 8@%rdi");
  const paths = (files: readonly TargetFile[]) => files.map(({ binary }) => binary.path);
  const target = (...files: TargetFile[]): Target => ({ process: null, files });

  it("are the node's own if no tracepoint is named", () => {
    expect(paths(filesFor(target(library, bitcoind), []))).toEqual(["/bitcoind"]);
  });

  it("are all files if tracepoints are named", () => {
    const files = filesFor(target(bitcoind, library), ["libstdcxx:*"]);
    expect(paths(files)).toEqual(["/bitcoind", "/libstdcxx.so"]);
  });

  it("do not include a program other than a node, unless tracepoints are named", () => {
    expect(() => filesFor(target(library), [])).toThrow(expect.objectContaining({ code: "USAGE" }));
  });
});
