import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  linkSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { OutputFiles } from "../../src/session/privilege/output-files.ts";
import { describeNeeding, root } from "../helpers/needs.ts";
import { temporaryDirectory } from "../recording/recordings.ts";

const NOBODY = { uid: 65534, gid: 65534 };
const STRANGER = { uid: 4321, gid: 4321 };

function directoryOf({ uid, gid }: { uid: number; gid: number }, mode = 0o700): string {
  const directory = temporaryDirectory();
  chownSync(directory, uid, gid);
  chmodSync(directory, mode);
  return directory;
}

describe("a command's files", () => {
  const files = new OutputFiles(null);

  it("are created together with their directories", async () => {
    const directory = join(temporaryDirectory(), "a", "b");
    files.makeDirectory(directory);
    files.makeDirectory(directory);
    const file = files.create(join(directory, "file"));
    await file.write("one, ");
    await file.write("two");
    expect(await file.freeBytes()).toBeGreaterThan(0);
    await file.close();
    expect(readFileSync(file.path, "utf8")).toBe("one, two");
    expect(() => files.create(file.path)).toThrow("it exists");
  });

  it("are refused at once if they cannot be created", () => {
    expect(() => files.makeDirectory("/proc/nowhere/at/all")).toThrow("ENOENT");
    expect(() => files.directory("/dev/null")).toThrow("/dev/null cannot be created");
    expect(() => files.append("/dev/null")).toThrow("it is not a file");
  });
});

describeNeeding([root], "files that root makes for a worker", () => {
  const files = new OutputFiles(NOBODY);

  it("belong to the worker in a directory of root that other users cannot read", async () => {
    const directory = directoryOf({ uid: 0, gid: 0 });
    files.makeDirectory(join(directory, "a", "b"));
    const file = files.create(join(directory, "a", "b", "file"));
    await file.write("x");
    await file.close();
    expect(statSync(file.path)).toMatchObject({ ...NOBODY, size: 1, mode: 0o100640 });
    expect(statSync(join(directory, "a", "b")).uid).toBe(0);
    const again = files.append(file.path);
    await again.write("y");
    await again.close();
    expect(readFileSync(file.path, "utf8")).toBe("xy");
    expect(() => files.create(file.path)).toThrow("it exists");
    expect(process.geteuid?.()).toBe(0);
  });

  it("are created with the worker's privileges if these suffice", async () => {
    const directory = directoryOf(NOBODY);
    await files.create(join(directory, "file")).close();
    expect(statSync(join(directory, "file")).uid).toBe(NOBODY.uid);
  });

  it("are not created behind a symbolic link of another user", () => {
    const home = directoryOf(STRANGER, 0o755);
    const target = directoryOf({ uid: 0, gid: 0 });
    const link = join(home, "link");
    symlinkSync(target, link);
    giveToStranger(link);
    expect(() => files.create(join(link, "file"))).toThrow(/does not follow the link link of user/);
    expect(() => files.makeDirectory(join(link, "sub"))).toThrow("does not follow the link");
    expect(existsSync(join(target, "file"))).toBe(false);
    const precious = join(target, "precious");
    writeFileSync(precious, "");
    symlinkSync(precious, join(home, "file"));
    giveToStranger(join(home, "file"));
    expect(() => files.append(join(home, "file"))).toThrow("it is a link");
    linkSync(precious, join(home, "hard"));
    expect(() => files.append(join(home, "hard"))).toThrow("it has more than one hard link");
    expect(statSync(precious)).toMatchObject({ uid: 0, size: 0 });
  });

  it("may be behind a symbolic link of root", async () => {
    const directory = directoryOf({ uid: 0, gid: 0 });
    mkdirSync(join(directory, "real"));
    symlinkSync("real", join(directory, "link"));
    symlinkSync(join(directory, "link"), join(directory, "far"));
    await files.create(join(directory, "far", "..", "real", "file")).close();
    await files.create(join(directory, "far", "other")).close();
    expect(existsSync(join(directory, "real", "file"))).toBe(true);
    expect(existsSync(join(directory, "real", "other"))).toBe(true);
  });

  it("are not appended to a file of another user", () => {
    const directory = directoryOf({ uid: 0, gid: 0 });
    const path = join(directory, "file");
    writeFileSync(path, "theirs");
    chownSync(path, STRANGER.uid, STRANGER.gid);
    expect(() => files.append(path)).toThrow("it belongs to user 4321");
  });
});

/** Gives a link to the stranger. */
function giveToStranger(link: string): void {
  lchownSync(link, STRANGER.uid, STRANGER.gid);
}
