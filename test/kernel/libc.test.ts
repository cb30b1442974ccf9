import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EINVAL, errnoName, map, syscall } from "../../src/kernel/libc.ts";
import { isTraceable } from "../../src/kernel/platform.ts";
import { temporaryDirectory } from "../helpers/compile.ts";

describe.skipIf(!isTraceable)("a system call", () => {
  it("returns its result, or the negative error number", () => {
    expect(syscall("close", -1)).toBeLessThan(0);
    expect(errnoName(syscall("close", -1))).toBe("EBADF");
    expect(syscall("prctl", -1)).toBe(-EINVAL);
  });

  it("shows an error without a name by its number", () => {
    expect(errnoName(-1)).toBe("EPERM");
    expect(errnoName(9999)).toBe("errno 9999");
  });
});

describe.skipIf(!isTraceable)("shared memory", () => {
  const directory = temporaryDirectory();
  const PAGE = 4096;

  function file(content: string): number {
    const fd = openSync(join(directory, "memory"), "w+");
    writeSync(fd, Buffer.alloc(2 * PAGE, content));
    return fd;
  }

  it("is that of the descriptor from the offset on, for reads and writes", () => {
    const fd = file("a");
    const [first, second] = [map(fd, 2 * PAGE, 0, true), map(fd, PAGE, PAGE, false)];
    new Uint8Array(first.memory)[PAGE] = 98;
    expect(Buffer.from(second.memory, 0, 3).toString()).toBe("baa");
    for (const mapping of [first, second]) mapping.unmap();
    closeSync(fd);
  });

  it("is unmapped once, so that the next mapping at its address is safe", () => {
    const fd = file("a");
    const first = map(fd, PAGE, 0, true);
    first.unmap();
    const next = Array.from({ length: 16 }, () => map(fd, PAGE, 0, true));
    first.unmap();
    for (const { memory } of next) expect(new Uint8Array(memory)[0]).toBe(97);
    for (const mapping of next) mapping.unmap();
    closeSync(fd);
  });

  it("is refused with a reason", () => {
    expect(() => map(-1, PAGE, 0, false)).toThrow(
      expect.objectContaining({
        code: "KERNEL_REFUSED",
        message: expect.stringContaining("EBADF"),
      }),
    );
  });
});
