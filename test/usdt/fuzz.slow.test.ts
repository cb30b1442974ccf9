import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readElf } from "../../src/elf/elf.ts";
import { buildId } from "../../src/elf/note.ts";
import { bytesSource } from "../../src/elf/source.ts";
import { CorelensError } from "../../src/errors.ts";
import { gdbListing } from "../../src/usdt/listing/gdb.ts";
import { probesJson } from "../../src/usdt/listing/json.ts";
import { readelfListing } from "../../src/usdt/listing/readelf.ts";
import { tplistListing } from "../../src/usdt/listing/tplist.ts";
import type { Probe } from "../../src/usdt/probe.ts";
import { readProbes } from "../../src/usdt/read-probes.ts";
import { buildElf, note, PT, SHT, stapsdt, symbolSections } from "../elf/elf-builder.ts";

/**
 * Everything a file goes through. Only a CorelensError may come out of it instead of listings.
 * @returns what was read of the probes; null when the file was refused
 */
function readAll(bytes: Uint8Array): readonly Probe[] | null {
  try {
    const elf = readElf(bytesSource(bytes), "file");
    const notes = readProbes(elf);
    gdbListing("file", notes.probes);
    readelfListing(notes.probes);
    tplistListing("file", notes.probes, true);
    probesJson({ ...elf, buildId: buildId(elf) }, notes);
    return notes.probes;
  } catch (error) {
    expect(error).toBeInstanceOf(CorelensError);
    return null;
  }
}

const ELF = buildElf({
  segments: [
    { type: PT.LOAD, address: 0x1000, offset: 0x100, fileSize: 0x100, executable: true },
    { type: PT.NOTE, address: 0, offset: 176, fileSize: 200 },
  ],
  sections: [
    {
      name: ".note.stapsdt",
      type: SHT.NOTE,
      content: Buffer.concat([
        stapsdt({ arguments: "-8@counter(%rip) 4@$5", base: 0x2000, semaphore: 0x1010 }),
        stapsdt({ arguments: "8@-16(%rbp,%rax,8) 1@%al" }),
        note("GNU", 3, Buffer.from("id")),
      ]),
    },
    ...symbolSections([{ name: "counter", value: 0x1020 }], 2),
    { name: ".stapsdt.base", type: SHT.PROGBITS, address: 0x2000, content: Buffer.alloc(1) },
  ],
});

const interesting = fc.constantFrom(0, 1, 3, 4, 7, 8, 0x10, 0x40, 0x7f, 0x80, 0xff);
const edit = fc.tuple(
  fc.nat(ELF.length - 1),
  fc.oneof(interesting, fc.nat(255)),
  fc.integer({ min: 1, max: 8 }),
);

describe("hostile files", () => {
  it("with mutations anywhere are read or refused", () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        const bytes = Buffer.from(ELF);
        for (const [at, value, length] of edits) {
          bytes.subarray(at, at + length).fill(value);
        }
        readAll(bytes);
      }),
      { numRuns: 20_000 },
    );
  });

  it("that are truncated anywhere are refused", () => {
    expect(readAll(ELF)).toHaveLength(2);
    for (let length = 0; length < ELF.length; length++) {
      expect(readAll(ELF.subarray(0, length)), `${length} bytes`).toBeNull();
    }
  });

  it("with random bytes after a valid header are read or refused", () => {
    fc.assert(
      fc.property(fc.nat(64), fc.uint8Array({ minLength: 64, maxLength: 600 }), (kept, bytes) => {
        bytes.set(ELF.subarray(0, Math.min(kept, bytes.length)));
        readAll(bytes);
      }),
      { numRuns: 5000 },
    );
  });

  it("with random notes are read", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.uint8Array({ maxLength: 80 }), (a, b) => {
        const content = Buffer.concat([note("stapsdt", 3, b), stapsdt({}), a]);
        const sections = [{ name: ".note.stapsdt", type: SHT.NOTE, content }];
        const elf = readElf(bytesSource(buildElf({ sections })), "file");
        expect(readProbes(elf).probes.length).toBeGreaterThan(0);
      }),
      { numRuns: 5000 },
    );
  });
});
