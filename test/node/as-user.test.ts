import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asUser, parseStatus, readSmallFile, userOf } from "../../src/node/process/as-user.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { describeNeeding, root, tool } from "../helpers/needs.ts";

describe("the user of a process", () => {
  it.skipIf(process.platform !== "linux")("is read from its status", () => {
    expect(userOf(process.pid)).toEqual({
      uid: process.geteuid!(),
      gid: process.getegid!(),
      groups: expect.arrayContaining(
        process.getgroups!().filter((id) => id !== process.getegid!()),
      ),
    });
    expect(userOf(4_194_305)).toBeNull();
  });

  it("is the effective user", () => {
    expect(parseStatus("Name:\tx\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nGroups:\t9 10 \n")).toEqual({
      uid: 2,
      gid: 6,
      groups: [9, 10],
    });
    expect(parseStatus("Uid:\t1\t2\nGid:\t3\t4\nGroups:\t \n")).toMatchObject({ groups: [] });
  });

  it("is null for any other text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseStatus(text)).toBeNull();
      }),
    );
  });
});

describe("a small file", () => {
  const directory = temporaryDirectory();
  const path = join(directory, "file");

  it("is read completely, up to 1 MiB", () => {
    writeFileSync(path, "päth");
    expect(readSmallFile(path)).toBe("päth");
    writeFileSync(path, "x".repeat(1 << 20));
    expect(readSmallFile(path)).toHaveLength(1 << 20);
    writeFileSync(path, "x".repeat((1 << 20) + 1));
    expect(readSmallFile(path)).toBeNull();
  });

  it("is null if the path is not a regular file", () => {
    expect(readSmallFile(join(directory, "none"))).toBeNull();
    expect(readSmallFile(directory)).toBeNull();
    expect(readSmallFile("/dev/zero")).toBeNull();
    const pipe = join(directory, "pipe");
    execFileSync("mkfifo", [pipe]);
    expect(readSmallFile(pipe)).toBeNull();
  });
});

describeNeeding([root, tool("mkfifo")], "root", () => {
  const directory = temporaryDirectory();
  const path = join(directory, "secret");

  it("reads as another user only files that this user may read", () => {
    chmodSync(directory, 0o755);
    writeFileSync(path, "secret", { mode: 0o640 });
    const read = (uid: number, gid: number, groups: number[] = []) =>
      asUser({ uid, gid, groups }, () => readSmallFile(path));
    expect(read(1000, 1000)).toBeNull();
    chownSync(path, 0, 1234);
    expect(read(1000, 1000)).toBeNull();
    expect(read(1000, 1234)).toBe("secret");
    expect(read(1000, 1000, [1234])).toBe("secret");
    chownSync(path, 1000, 0);
    expect(read(1000, 1000)).toBe("secret");
    chmodSync(directory, 0o700);
    expect(read(1000, 1000)).toBeNull();
    expect(read(0, 0)).toBe("secret");
  });

  it("is root again afterwards, also after an error", () => {
    const before = readFileSync("/proc/self/status", "latin1").match(
      /^(Uid|Gid|Groups|Cap...):.*/gm,
    );
    const fail = () =>
      asUser({ uid: 1000, gid: 1000, groups: [] }, () => {
        expect(process.geteuid!()).toBe(1000);
        throw new Error("failed");
      });
    expect(fail).toThrow("failed");
    expect(
      readFileSync("/proc/self/status", "latin1").match(/^(Uid|Gid|Groups|Cap...):.*/gm),
    ).toEqual(before);
  });
});
