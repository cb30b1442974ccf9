import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readElf } from "../../src/elf/elf.ts";
import { segmentAt } from "../../src/elf/segment.ts";
import { bytesSource } from "../../src/elf/source.ts";
import { AARCH64, buildElf, EXEC, PT, SHT } from "./elf-builder.ts";

const read = (bytes: Uint8Array) => readElf(bytesSource(bytes), "file");
const refusal = (code: string) => expect.objectContaining({ name: "CorelensError", code });

const PLAN = {
  segments: [
    { type: PT.LOAD, address: 0x1000, offset: 0x200, fileSize: 0x100, executable: true },
    { type: PT.LOAD, address: 0x4000, offset: 0x300, fileSize: 0x80 },
  ],
  sections: [{ name: ".text", type: SHT.PROGBITS, address: 0x1000, content: Buffer.alloc(16) }],
};

describe("readElf", () => {
  it("reads machine, type, segments and named sections", () => {
    const elf = read(buildElf(PLAN));
    expect(elf).toMatchObject({ path: "file", machine: "x86-64", type: "DYN" });
    expect(elf.segments).toMatchObject([
      { address: 0x1000, executable: true },
      { address: 0x4000, executable: false },
    ]);
    expect(elf.sections.map(({ name }) => name)).toEqual(["", ".text", ".shstrtab"]);
    expect(elf.sections[1]).toMatchObject({ address: 0x1000, size: 16 });
  });

  it("recognises aarch64 and programs at fixed addresses", () => {
    expect(read(buildElf({ machine: AARCH64, type: EXEC }))).toMatchObject({
      machine: "aarch64",
      type: "EXEC",
    });
  });

  it("reads the executable of this Node process", () => {
    const elf = read(readFileSync(process.execPath));
    expect(elf.sections.some(({ name }) => name === ".text")).toBe(true);
  });

  it("finds the segment of an address, but none for an address that only memory holds", () => {
    const { segments } = read(buildElf(PLAN));
    expect(segmentAt(segments, 0x1000)?.offset).toBe(0x200);
    expect(segmentAt(segments, 0x10ff)?.offset).toBe(0x200);
    expect(segmentAt(segments, 0x1100)).toBeNull();
    expect(segmentAt(segments, 0x407f)?.offset).toBe(0x300);
    expect(segmentAt(segments, 0x4080)).toBeNull();
  });

  it("reads a file without section headers as a file without sections", () => {
    const bytes = buildElf(PLAN);
    bytes.writeBigUInt64LE(0n, 40);
    bytes.writeUInt16LE(0, 60);
    bytes.writeUInt16LE(0, 62);
    expect(read(bytes)).toMatchObject({ sections: [], segments: [{}, {}] });
  });

  it("finds the number of sections and the index of their names in section 0 when they do not fit", () => {
    const bytes = buildElf(PLAN);
    const table = Number(bytes.readBigUInt64LE(40));
    bytes.writeUInt16LE(0, 60);
    bytes.writeUInt16LE(0xffff, 62);
    bytes.writeBigUInt64LE(3n, table + 32);
    bytes.writeUInt32LE(2, table + 40);
    expect(read(bytes).sections.map(({ name }) => name)).toEqual(["", ".text", ".shstrtab"]);
  });

  it.each([
    ["an empty file", Buffer.alloc(0)],
    ["the magic alone", Buffer.from("\x7fELF", "latin1")],
    ["a script", Buffer.from("#!/bin/sh\nexec bitcoind\n")],
    ["an archive", Buffer.from("!<arch>\n0000000000000000")],
  ])("refuses %s as not ELF", (_, bytes) => {
    expect(() => read(bytes)).toThrow(refusal("ELF_NOT_ELF"));
  });

  it.each([
    ["files of unknown word size", 4, 3],
    ["files of unknown byte order", 5, 3],
    ["object files", 16, 1],
    ["core dumps", 16, 4],
    ["unknown machines", 18, 1],
  ])("refuses %s as unsupported", (_, at, value) => {
    const bytes = buildElf(PLAN);
    bytes[at] = value;
    expect(() => read(bytes)).toThrow(refusal("ELF_UNSUPPORTED"));
  });

  it.each<[string, (bytes: Buffer) => void]>([
    ["program headers beyond the end", (b) => b.writeBigUInt64LE(1n << 40n, 32)],
    ["offsets that wrap around", (b) => b.writeBigUInt64LE(2n ** 64n - 8n, 40)],
    ["more program headers than any kernel starts", (b) => b.writeUInt16LE(0xffff, 56)],
    ["section headers beyond the end", (b) => b.writeUInt16LE(0xfff0, 60)],
    ["program headers of another size", (b) => b.writeUInt16LE(32, 54)],
    ["section headers of another size", (b) => b.writeUInt16LE(40, 58)],
    ["names in a section it lacks", (b) => b.writeUInt16LE(77, 62)],
    [
      "billions of sections",
      (b) => {
        b.writeUInt16LE(0, 60);
        b.writeBigUInt64LE(1n << 33n, Number(b.readBigUInt64LE(40)) + 32);
      },
    ],
    ["a section name outside of the names", (b) => b.writeUInt32LE(9999, b.length - 128)],
  ])("refuses %s as corrupt", (_, spoil) => {
    const bytes = buildElf(PLAN);
    spoil(bytes);
    expect(() => read(bytes)).toThrow(refusal("ELF_CORRUPT"));
  });

  it("refuses a file that is truncated at any offset", () => {
    const bytes = buildElf(PLAN);
    for (let length = 64; length < bytes.length; length++) {
      expect(() => read(bytes.subarray(0, length)), `${length} bytes`).toThrow(
        refusal("ELF_CORRUPT"),
      );
    }
  });

  it("reads only a small part of a large file", () => {
    const bytes = buildElf(PLAN);
    let total = 0;
    readElf(
      {
        size: 1e12,
        read: (offset, length) => {
          total += length;
          return bytes.subarray(offset, offset + length);
        },
      },
      "file",
    );
    expect(total).toBeLessThan(1000);
  });
});
