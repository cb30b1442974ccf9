import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { pathInRoot } from "../../src/node/process/container-path.ts";
import { temporaryDirectory } from "../helpers/compile.ts";

describe("the path of a file in a container", () => {
  const root = temporaryDirectory();
  beforeAll(() => {
    mkdirSync(join(root, "mnt/data"), { recursive: true });
    writeFileSync(join(root, "mnt/data/file"), "");
    symlinkSync("/mnt/data", join(root, "absolute"));
    symlinkSync("mnt/../absolute", join(root, "relative"));
    symlinkSync("../../../../../etc/passwd", join(root, "mnt/out"));
    symlinkSync("/etc/shadow", join(root, "mnt/shadow"));
    symlinkSync("loop", join(root, "loop"));
  });

  it.each([
    ["/mnt/data/file", "/mnt/data/file"],
    ["/absolute/file", "/mnt/data/file"],
    ["/relative/file", "/mnt/data/file"],
    ["/relative/../file", "/file"],
    ["/mnt/out", "/etc/passwd"],
    ["/mnt/shadow", "/etc/shadow"],
    ["/../../../etc/passwd", "/etc/passwd"],
    ["/none/file", "/none/file"],
    ["/", "/"],
  ])("%s is %s below its root", (path, below) => {
    expect(pathInRoot(root, path)).toBe(root + below);
  });

  it("is null if symbolic links never end", () => {
    expect(pathInRoot(root, "/loop/file")).toBeNull();
  });
});
