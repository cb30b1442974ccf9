import { describe, expect, it } from "vitest";
import { readElf } from "../../src/elf/elf.ts";
import { buildId } from "../../src/elf/note.ts";
import { bytesSource } from "../../src/elf/source.ts";
import { jsonValue } from "../../src/event/json.ts";
import { gdbListing } from "../../src/usdt/listing/gdb.ts";
import { probesJson } from "../../src/usdt/listing/json.ts";
import { readelfListing } from "../../src/usdt/listing/readelf.ts";
import { tplistListing } from "../../src/usdt/listing/tplist.ts";
import { readProbes } from "../../src/usdt/read-probes.ts";
import { buildElf, note, PT, SHT, stapsdt } from "../elf/elf-builder.ts";

const PATH = "/usr/bin/bitcoind";
const elf = readElf(
  bytesSource(
    buildElf({
      segments: [{ type: PT.LOAD, address: 0x1000, offset: 0, fileSize: 0x9000, executable: true }],
      sections: [
        {
          name: ".note.stapsdt",
          type: SHT.NOTE,
          content: Buffer.concat([
            note("GNU", 3, Buffer.from("abcd", "hex")),
            stapsdt({
              provider: "net",
              name: "message",
              location: 0x2000,
              semaphore: 0x5008,
              base: 0x4000,
              arguments: "-8@%r12 4@$7",
            }),
            stapsdt({
              provider: "net",
              name: "message",
              location: 0x1800,
              semaphore: 0x5008,
              base: 0x4000,
              arguments: "-8@%rax 4@$7",
            }),
            stapsdt({
              provider: "mempool",
              name: "added",
              location: 0x3000,
              base: 0x4000,
              arguments: "1@%al 8f@%xmm0 1@%bl",
            }),
            note("stapsdt", 3, Buffer.alloc(2)),
          ]),
        },
        { name: ".text", type: SHT.PROGBITS, content: Buffer.alloc(0x9000) },
        { name: ".stapsdt.base", type: SHT.PROGBITS, address: 0x4010, content: Buffer.alloc(1) },
      ],
    }),
  ),
  PATH,
);
const notes = readProbes(elf);
const { probes } = notes;

describe("listings", () => {
  it("in gdb's format are sorted by name and address, adjusted for prelinking and in columns", () => {
    expect(gdbListing(PATH, probes)).toBe(
      [
        "Type Provider Name    Where              Semaphore          Object            \n",
        "stap mempool  added   0x0000000000003010                    /usr/bin/bitcoind \n",
        "stap net      message 0x0000000000001810 0x0000000000005018 /usr/bin/bitcoind \n",
        "stap net      message 0x0000000000002010 0x0000000000005018 /usr/bin/bitcoind \n",
      ].join(""),
    );
  });

  it("in readelf's format contain the unchanged notes in their order", () => {
    expect(readelfListing(probes.slice(0, 1))).toBe(
      [
        "\nDisplaying notes found in: .note.stapsdt\n",
        "  Owner                Data size \tDescription\n",
        "  stapsdt              0x00000031\tNT_STAPSDT (SystemTap probe descriptors)\n",
        "    Provider: net\n",
        "    Name: message\n",
        "    Location: 0x0000000000002000, Base: 0x0000000000004000, Semaphore: 0x0000000000005008\n",
        "    Arguments: -8@%r12 4@$7\n",
      ].join(""),
    );
  });

  it("in tplist's format contain each name once", () => {
    expect(tplistListing(PATH, probes)).toBe(`${PATH} net:message\n${PATH} mempool:added\n`);
  });

  it("in the format of tplist -v count sites, and arguments before the first unreadable one", () => {
    expect(tplistListing(PATH, probes, true)).toBe(
      [
        "net:message [sema 0x5008]\n  2 location(s)\n  2 argument(s)\n",
        "mempool:added [sema 0x0]\n  1 location(s)\n  1 argument(s)\n",
      ].join(""),
    );
  });

  it("in JSON contain everything, including constants and problems", () => {
    const listing = JSON.parse(
      JSON.stringify(probesJson({ ...elf, buildId: buildId(elf) }, notes), jsonValue),
    );
    expect(listing).toMatchObject({
      path: PATH,
      machine: "x86-64",
      type: "DYN",
      build_id: "abcd",
      problems: [{ offset: expect.any(Number), reason: expect.stringContaining("too short") }],
    });
    expect(listing.probes).toHaveLength(3);
    expect(listing.probes[0]).toEqual({
      provider: "net",
      name: "message",
      location: 0x2000,
      base: 0x4000,
      semaphore: 0x5008,
      argument_text: "-8@%r12 4@$7",
      address: 0x2010,
      file_offset: 0x1010,
      instruction: "other",
      semaphore_offset: 0x4018,
      word_size: 8,
      arguments: [
        {
          text: "-8@%r12",
          size: 8,
          signed: true,
          kind: "register",
          register: { name: "r12", offset: 24, shift: 0, width: 8 },
        },
        { text: "4@$7", size: 4, signed: false, kind: "constant", value: 7 },
      ],
    });
  });

  it("without probes equal the output of the tools", () => {
    expect(gdbListing(PATH, [])).toBe("No probes matched.\n");
    expect(readelfListing([])).toBe("");
    expect(tplistListing(PATH, [])).toBe("");
  });
});
