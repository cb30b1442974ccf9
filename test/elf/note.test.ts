import { describe, expect, it } from "vitest";
import { readElf } from "../../src/elf/elf.ts";
import { buildId, readNotes } from "../../src/elf/note.ts";
import { bytesSource } from "../../src/elf/source.ts";
import { buildElf, note, PT, SHT } from "./elf-builder.ts";

const read = (bytes: Uint8Array) => readElf(bytesSource(bytes), "file");

const withNotes = (content: Uint8Array, alignment = 4) =>
  buildElf({ sections: [{ name: ".note", type: SHT.NOTE, content, alignment }] });

describe("readNotes", () => {
  it("reads owner, type, offset and descriptor of every note", () => {
    const content = Buffer.concat([
      note("GNU", 3, Buffer.from("id")),
      note("Linux", 7, Buffer.alloc(5, 1)),
    ]);
    const { notes, problems } = readNotes(read(withNotes(content)));
    expect(problems).toEqual([]);
    expect(notes).toMatchObject([
      { owner: "GNU", type: 3, offset: 64, descriptor: Buffer.from("id") },
      { owner: "Linux", type: 7, offset: 84, descriptor: Buffer.alloc(5, 1) },
    ]);
  });

  it("expects padding to 8 bytes in a section aligned to 8", () => {
    const content = Buffer.concat([
      note("GNUGNUG", 5, Buffer.alloc(3, 1), 8),
      note("GNU", 3, Buffer.from("id"), 8),
    ]);
    const { notes } = readNotes(read(withNotes(content, 8)));
    expect(notes.map(({ type, descriptor }) => [type, descriptor.length])).toEqual([
      [5, 3],
      [3, 2],
    ]);
  });

  it("falls back to the segments when the section headers are stripped", () => {
    const content = note("GNU", 3, Buffer.from("id"));
    const bytes = buildElf({
      segments: [{ type: PT.NOTE, address: 0, offset: 64 + 56, fileSize: content.length }],
      sections: [{ name: ".note", type: SHT.NOTE, content }],
    });
    bytes.writeBigUInt64LE(0n, 40);
    expect(readNotes(read(bytes)).notes).toMatchObject([{ owner: "GNU", type: 3 }]);
  });

  it("reports a note that exceeds its section, and keeps the notes before it and in other sections", () => {
    const broken = note("GNU", 1, Buffer.from("beyond"));
    broken.writeUInt32LE(0xffffffff, 4);
    const bytes = buildElf({
      sections: [
        {
          name: ".a",
          type: SHT.NOTE,
          content: Buffer.concat([note("first", 1, Buffer.alloc(0)), broken]),
        },
        { name: ".b", type: SHT.NOTE, content: note("other", 1, Buffer.alloc(0)) },
      ],
    });
    const { notes, problems } = readNotes(read(bytes));
    expect(notes.map(({ owner }) => owner)).toEqual(["first", "other"]);
    expect(problems).toEqual([
      { offset: 84, reason: expect.stringContaining("exceeds its section") },
    ]);
  });

  it("refuses many sections that cover the same bytes", () => {
    const bytes = withNotes(Buffer.alloc(8));
    bytes.writeBigUInt64LE(5n << 20n, Number(bytes.readBigUInt64LE(40)) + 64 + 32);
    expect(() => readNotes(read(bytes))).toThrow(expect.objectContaining({ code: "ELF_CORRUPT" }));
  });
});

describe("buildId", () => {
  it("returns the GNU note of type 3 in hexadecimal digits", () => {
    const content = note("GNU", 3, Buffer.from("00ff10", "hex"));
    expect(buildId(read(withNotes(content)))).toBe("00ff10");
  });

  it("returns null without that note", () => {
    expect(buildId(read(buildElf({})))).toBeNull();
  });
});
