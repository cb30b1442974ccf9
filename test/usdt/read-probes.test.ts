import { describe, expect, it } from "vitest";
import { readElf } from "../../src/elf/elf.ts";
import { bytesSource } from "../../src/elf/source.ts";
import { obstacleOf, probeName } from "../../src/usdt/probe.ts";
import { readProbes } from "../../src/usdt/read-probes.ts";
import {
  AARCH64,
  buildElf,
  note,
  PT,
  type SectionPlan,
  SHT,
  stapsdt,
  symbolSections,
} from "../elf/elf-builder.ts";

const SEGMENTS = [
  { type: PT.LOAD, address: 0x1000, offset: 0x400, fileSize: 0x1000, executable: true },
  { type: PT.LOAD, address: 0x4000, offset: 0x2400, fileSize: 0x100 },
];

function read(notes: Uint8Array[], sections: SectionPlan[] = [], machine = 62) {
  const content = Buffer.concat(notes);
  const bytes = buildElf({
    machine,
    segments: SEGMENTS,
    sections: [{ name: ".note.stapsdt", type: SHT.NOTE, content }, ...sections],
  });
  // As large as the segments say.
  const file = Buffer.concat([bytes, Buffer.alloc(0x2500)]);
  return readProbes(readElf(bytesSource(file), "file"));
}

const baseSection = (address: number): SectionPlan => ({
  name: ".stapsdt.base",
  type: SHT.PROGBITS,
  address,
  content: Buffer.alloc(1),
});

describe("readProbes", () => {
  it("translates addresses to offsets in the file", () => {
    const { probes } = read([stapsdt({ location: 0x1234, semaphore: 0x4010 })]);
    expect(probes).toMatchObject([
      { location: 0x1234, address: 0x1234, fileOffset: 0x634, semaphoreOffset: 0x2410 },
    ]);
  });

  it("adjusts location and semaphore for prelinking", () => {
    const notes = [stapsdt({ location: 0x1234, base: 0x2000, semaphore: 0x4010 })];
    const { probes } = read(notes, [baseSection(0x1f00)]);
    expect(probes).toMatchObject([
      {
        location: 0x1234,
        address: 0x1134,
        fileOffset: 0x534,
        semaphore: 0x4010,
        semaphoreOffset: null, // 0x3f10 lies between the segments
      },
    ]);
    expect(read(notes, [baseSection(0x2010)]).probes).toMatchObject([
      { address: 0x1244, semaphoreOffset: 0x2420 },
    ]);
  });

  it("does not change addresses without a base in the note or in the file", () => {
    const bare = [stapsdt({ location: 0x1234 })];
    expect(read(bare, [baseSection(0x1f00)]).probes[0]?.address).toBe(0x1234);
    const noted = [stapsdt({ location: 0x1234, base: 0x2000 })];
    expect(read(noted).probes[0]?.address).toBe(0x1234);
  });

  it("returns no offset for probes outside of code and semaphores outside of the file", () => {
    const { probes } = read([
      stapsdt({ location: 0, semaphore: 0 }),
      stapsdt({ location: 0x4000, semaphore: 0x4100 }),
    ]);
    expect(probes).toMatchObject([
      { fileOffset: null, semaphoreOffset: null },
      { fileOffset: null, semaphoreOffset: null },
    ]);
  });

  it("returns no offset in sections without content, such as those of debug files", () => {
    const code: SectionPlan = {
      name: ".text",
      type: SHT.NOBITS,
      address: 0x1000,
      content: Buffer.alloc(0x1000),
    };
    const { probes } = read([stapsdt({ location: 0x1234, semaphore: 0x4010 })], [code]);
    expect(probes).toMatchObject([{ fileOffset: null, semaphoreOffset: 0x2410 }]);
    expect(probes.map(obstacleOf)).toEqual(["its code is not in this file"]);
  });

  it("ignores thread-local sections, which share their addresses with other sections", () => {
    const local: SectionPlan = {
      name: ".tbss",
      type: SHT.NOBITS,
      flags: 0x403,
      address: 0x1200,
      content: Buffer.alloc(0x100),
    };
    expect(read([stapsdt({ location: 0x1234 })], [local]).probes[0]?.fileOffset).toBe(0x634);
  });

  it("reports a semaphore that is not in the file", () => {
    const { probes } = read([stapsdt({ location: 0x1234, semaphore: 0x4100 })]);
    expect(probes.map(obstacleOf)).toEqual(["its semaphore is not in this file"]);
  });

  it("returns no offset beyond the end of a truncated file", () => {
    const bytes = buildElf({
      segments: SEGMENTS,
      sections: [
        {
          name: ".note.stapsdt",
          type: SHT.NOTE,
          content: stapsdt({ location: 0x1f00, semaphore: 0x4010 }),
        },
      ],
    });
    const { probes } = readProbes(readElf(bytesSource(bytes), "file"));
    expect(probes).toMatchObject([{ fileOffset: null, semaphoreOffset: null }]);
  });

  it("keeps every site of a name, in the order of the notes", () => {
    const { probes } = read([
      stapsdt({ location: 0x1300, name: "inbound_message", arguments: "8@%rax" }),
      stapsdt({ location: 0x1200, name: "inbound_message", arguments: "8@%rbx" }),
    ]);
    expect(probes.map((probe) => [probeName(probe), probe.location, probe.argumentText])).toEqual([
      ["net:inbound_message", 0x1300, "8@%rax"],
      ["net:inbound_message", 0x1200, "8@%rbx"],
    ]);
  });

  it("finds variables of the file relative to the adjusted address of the probe", () => {
    const symbols = symbolSections([{ name: "counter", value: 0x4010 }], 2);
    const notes = [stapsdt({ location: 0x1234, base: 0x2000, arguments: "-8@counter(%rip)" })];
    const { probes } = read(notes, [...symbols, baseSection(0x2004)]);
    expect(probes[0]?.arguments).toMatchObject([
      { kind: "memory", base: "probe", displacement: 0x4010 - 0x1238 },
    ]);
  });

  it("keeps the other arguments when the symbol table is broken", () => {
    const [symtab] = symbolSections([{ name: "counter", value: 0x4010 }], 99);
    const { probes } = read([stapsdt({ arguments: "8@counter(%rip) 4@%eax" })], [symtab!]);
    expect(probes[0]?.arguments.map(({ kind }) => kind)).toEqual(["unreadable", "register"]);
  });

  it("parses arguments by the machine of the file", () => {
    const { probes } = read([stapsdt({ arguments: "8@x0 -4@[sp, 96]" })], [], AARCH64);
    expect(probes[0]?.arguments.map(({ kind }) => kind)).toEqual(["register", "memory"]);
  });

  it("skips notes of other owners and types", () => {
    const other = [note("GNU", 3, Buffer.alloc(40)), note("stapsdt", 4, Buffer.alloc(40))];
    expect(read(other)).toEqual({ probes: [], problems: [] });
  });

  it("finds nothing in a file without notes", () => {
    expect(readProbes(readElf(bytesSource(buildElf({})), "file"))).toEqual({
      probes: [],
      problems: [],
    });
  });

  it.each([
    ["that is too short for its addresses", note("stapsdt", 3, Buffer.alloc(23)), "too short"],
    ["without strings", note("stapsdt", 3, Buffer.alloc(24)), "exactly a provider, a name"],
    [
      "that ends in a string",
      note("stapsdt", 3, Buffer.from(`${"\0".repeat(24)}net\0event`)),
      "exactly a provider, a name",
    ],
    [
      "with bytes after its arguments",
      stapsdt({ arguments: "8@%rax\0rest" }),
      "exactly a provider, a name",
    ],
    ["without a name", stapsdt({ name: "" }), "exactly a provider, a name"],
    [
      "that is not UTF-8",
      note("stapsdt", 3, Buffer.from(`${"\0".repeat(24)}n\xff\0e\0\0`, "latin1")),
      "exactly a provider, a name",
    ],
    ["with control characters", stapsdt({ name: "\x1b[2J" }), "control characters"],
    ["with an address beyond 2^53", note("stapsdt", 3, Buffer.alloc(40, 0xff)), "beyond 2^53"],
    [
      "that is too long",
      stapsdt({ arguments: "8@%rax ".repeat(10_000) }),
      "longer than 65536 bytes",
    ],
  ])("reports a note %s and reads the notes around it", (_, garbled, reason) => {
    const { probes, problems } = read([stapsdt({ name: "a" }), garbled, stapsdt({ name: "b" })]);
    expect(probes.map(({ name }) => name)).toEqual(["a", "b"]);
    const offset = 64 + 2 * 56 + stapsdt({ name: "a" }).length;
    expect(problems).toEqual([{ offset, reason: expect.stringContaining(reason) }]);
  });
});
