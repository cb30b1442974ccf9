import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openFileSource } from "../../src/node/process/file-source.ts";

const directory = mkdtempSync(join(tmpdir(), "corelens-source-"));
afterAll(() => rmSync(directory, { recursive: true }));

const CONTENT = Buffer.from(Uint8Array.from({ length: 500_000 }, (_, i) => (i * 31) >> 3));

function write(name: string): string {
  const path = join(directory, name);
  writeFileSync(path, CONTENT);
  return path;
}

const unreadable = expect.objectContaining({ name: "CorelensError", code: "FILE_UNREADABLE" });

describe("openFileSource", () => {
  it("reads any range: in one chunk, across chunks, at the end, empty, in more chunks than it keeps", () => {
    const source = openFileSource(write("content"));
    expect(source.size).toBe(CONTENT.length);
    const ranges = [
      [0, 64],
      [16_380, 8],
      [16_384, 16_384],
      [100, 300_000],
      [499_990, 10],
      [500_000, 0],
      ...Array.from({ length: 40 }, (_, i) => [12_000 * i, 100]),
      [0, 64],
    ] as const;
    for (const [offset, length] of ranges) {
      expect(source.read(offset, length)).toEqual(
        new Uint8Array(CONTENT.subarray(offset, offset + length)),
      );
    }
    source.close();
  });

  it.each([
    ["a missing file", join(directory, "missing")],
    ["a directory", directory],
    ["a device", "/dev/zero"],
  ])("refuses %s", (_, path) => {
    expect(() => openFileSource(path)).toThrow(unreadable);
  });

  it("throws an error when the file becomes shorter", () => {
    const path = write("shrinking");
    const source = openFileSource(path);
    truncateSync(path, 10);
    expect(() => source.read(400_000, 10)).toThrow(unreadable);
    source.close();
  });
});
