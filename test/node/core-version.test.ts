import { describe, expect, it } from "vitest";
import { readElf } from "../../src/elf/elf.ts";
import { bytesSource } from "../../src/elf/source.ts";
import { readCoreVersion } from "../../src/node/process/core-version.ts";
import { buildElf, SHT } from "../elf/elf-builder.ts";

/** The version found in a binary with these constants. */
function versionIn(constants: string, section = ".rodata"): number | undefined {
  const sections = [
    { name: section, type: SHT.PROGBITS, content: Buffer.from(constants, "latin1") },
  ];
  return readCoreVersion(readElf(bytesSource(buildElf({ sections })), "bitcoind"));
}

describe("the version of Bitcoin Core in a binary", () => {
  it.each([
    ["a development build", "\0v31.99.0-g1e2ece2c616a\0", 31],
    ["a build of a clone", "\0v31.99.0-1e2ece2c616a\0", 31],
    ["one with changes", "\0v30.99.0-0123456789ab-dirty\0", 30],
    ["one whose end is in the code", "\0v31.99.0-1e2ece2other\0", 31],
    ["one of neither", "\0v31.99.0-unk\0", 31],
    ["a release", "\0v29.1.0\0", 29],
    ["a release with two numbers", "\0v28.0\0", 28],
    ["a release candidate", "\0v31.0rc2\0", 31],
    ["a development build with a library's version", "\0v31.99.0-g1e2ece2c616a\0v25.3\0", 31],
    ["the same version twice", "\0v29.1.0\0other\0v29.1.0\0", 29],
  ])("is that of %s", (_, constants, major) => {
    expect(versionIn(constants)).toBe(major);
  });

  it.each([
    ["it has no version", "\0Bitcoin Core\0"],
    ["two versions differ", "\0v29.1.0\0v30.0.0\0"],
    ["it is part of a longer text", "\0libv29.1.0\0v29.1.0x\0"],
    ["there are no constants", ""],
  ])("is unknown if %s", (_, constants) => {
    expect(versionIn(constants)).toBeUndefined();
  });

  it("is read only from the constants", () => {
    expect(versionIn("\0v29.1.0\0", ".data")).toBeUndefined();
  });
});
