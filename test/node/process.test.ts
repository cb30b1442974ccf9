import { spawn } from "node:child_process";
import { once } from "node:events";
import { linkSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPidFile } from "../../src/node/process/find-nodes.ts";
import { executableMappings } from "../../src/node/process/mapping.ts";
import {
  hasMapped,
  inodeAt,
  isAlive,
  listPids,
  processTitle,
  readMappedFiles,
  readProcess,
} from "../../src/node/process/process.ts";
import { temporaryDirectory } from "../helpers/compile.ts";

const NONE = 4_194_305;

describe("the executable mappings of a process", () => {
  it("are the files that are mapped as executable, each once", () => {
    const maps = `
55d1c8a00000-55d1c8b2c000 r--p 00000000 fe:00 131   /usr/bin/bitcoind
55d1c8b2c000-55d1c9400000 r-xp 0012c000 fe:00 131   /usr/bin/bitcoind
55d1c9400000-55d1c9500000 r-xp 0012c000 fe:00 131   /usr/bin/bitcoind
55d1c9500000-55d1c9600000 rw-p 00a00000 fe:00 131   /usr/bin/bitcoind
55d1ca000000-55d1ca021000 rw-p 00000000 00:00 0     [heap]
7f0000000000-7f0000001000 r-xp 00000000 00:00 0
7f1000000000-7f1000100000 r-xp 00028000 fe:00 77    /lib/x86_64-linux-gnu/libc.so.6
7f2000000000-7f2000100000 rwxp 00000000 fe:00 99    /opt/a path with blanks/lib.so
7f3000000000-7f3000100000 r-xs 00000000 fe:00 98    /opt/shared
7f4000000000-7f4000100000 r-xp 00000000 fe:00 97    /opt/removed.so (deleted)
7f5000000000-7f5000100000 r-xp 00000000 00:01 11    /memfd:provider (deleted)
7f6000000000-7f6000100000 r-xp 00000000 00:01 12    /memfd:provider (deleted)
7f7000000000-7f7000100000 r-xp 00000000 fe:00 96    /opt/two\\012lines.so
7ffd00000000-7ffd00001000 r-xp 00000000 00:00 0     [vdso]
ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]
`;
    expect(
      executableMappings(maps).map(({ path, isDeleted }) => `${path}${isDeleted ? " -" : ""}`),
    ).toEqual([
      "/usr/bin/bitcoind",
      "/lib/x86_64-linux-gnu/libc.so.6",
      "/opt/a path with blanks/lib.so",
      "/opt/shared",
      "/opt/removed.so -",
      "memfd:provider -",
      "memfd:provider -",
      "/opt/two\nlines.so",
    ]);
  });

  it("are empty for a process without memory, and for any other text", () => {
    expect(executableMappings("")).toEqual([]);
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(Array.isArray(executableMappings(text))).toBe(true);
      }),
    );
  });
});

describe.skipIf(process.platform !== "linux")("a process", () => {
  it("is read from /proc", () => {
    expect(listPids()).toContain(process.pid);
    const found = readProcess(process.pid)!;
    expect(found.executable.path).toBe(process.execPath);
    expect(found.executable.inode).toBe(inodeAt(process.execPath));
    expect(found.commandLine[0]).toContain("node");
    expect(processTitle(found)).toBe(`node (pid ${process.pid})`);
  });

  it("has a list of files with its executable first, then its libraries, which can be opened", () => {
    const [executable, ...libraries] = readMappedFiles(process.pid);
    expect(executable!.path).toBe(process.execPath);
    const libc = libraries.find(({ path }) => path.includes("libc.so"))!;
    expect(readFileSync(libc.reachablePath).subarray(1, 4).toString()).toBe("ELF");
    expect(libc.inode).toBe(inodeAt(libc.path));
  });

  it("is null if it does not exist", () => {
    expect(readProcess(NONE)).toBeNull();
    expect(isAlive(NONE)).toBe(false);
    expect(() => readMappedFiles(NONE)).toThrow(expect.objectContaining({ code: "PROCESS_GONE" }));
  });

  it("is alive until it ends, and not alive as a zombie", async () => {
    // The shell becomes a program that does not know that it has a child.
    const shell = spawn("sh", ["-c", "sleep 1000 & echo $!; exec sleep 1000"]);
    const [line] = await once(shell.stdout, "data");
    const pid = Number(String(line));
    await expect
      .poll(() => readProcess(shell.pid!)?.executable.path)
      .toMatch(/sleep|coreutils|busybox/);
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, "SIGKILL");
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect(listPids()).toContain(pid);
    shell.kill("SIGKILL");
    await once(shell, "exit");
  });
});

describe("a file", () => {
  const directory = temporaryDirectory();

  it("is identified by device and inode, independent of its path", () => {
    const [a, b, c] = ["a", "b", "c"].map((name) => join(directory, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(a, "");
    linkSync(a, b);
    writeFileSync(c, "");
    expect(inodeAt(a)).toBe(inodeAt(b));
    expect(inodeAt(a)).not.toBe(inodeAt(c));
    expect(inodeAt(join(directory, "none"))).toBeNull();
  });

  it.each(["4711", "4711\n", "  4711 "])("holds the pid %j", (content) => {
    const path = join(directory, "pid");
    writeFileSync(path, content);
    expect(readPidFile(path)).toBe(4711);
  });

  it.each(["", "-1", "12x", "1 2", "12345678901"])("holds no pid: %j", (content) => {
    const path = join(directory, "pid");
    writeFileSync(path, content);
    expect(() => readPidFile(path)).toThrow(expect.objectContaining({ code: "FILE_UNREADABLE" }));
  });
});

describe("the check whether a process maps a file", () => {
  it("is true only for its program and its libraries", () => {
    const [program, ...libraries] = readMappedFiles(process.pid);
    expect(hasMapped(process.pid, program!.inode)).toBe(true);
    expect(hasMapped(process.pid, libraries[0]!.inode)).toBe(true);
    expect(hasMapped(process.pid, inodeAt(import.meta.filename)!)).toBe(false);
  });

  it("is false for a process that has ended", () => {
    expect(hasMapped(NONE, inodeAt(process.execPath)!)).toBe(false);
  });
});
