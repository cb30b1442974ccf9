import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readElf } from "../../src/elf/elf.ts";
import { bytesSource } from "../../src/elf/source.ts";
import { readelfListing } from "../../src/usdt/listing/readelf.ts";
import { readProbes } from "../../src/usdt/read-probes.ts";
import { buildElf, SHT, stapsdt } from "../elf/elf-builder.ts";
import { parseReadelf, stapsdtSection } from "./readelf.ts";

describe.each([
  ["bitcoind v31.99", "readelf-bitcoind-v31.99-x86_64.txt", 20],
  ["bitcoin-node v30.99", "readelf-bitcoin-node-v30.99-trace-x86_64.txt", 16],
])("the notes of %s", (_, fixture, count) => {
  const golden = readFileSync(new URL(`fixtures/${fixture}`, import.meta.url), "utf8");
  const notes = parseReadelf(golden);
  const content = Buffer.concat(
    notes.map(({ argumentText, ...note }) => stapsdt({ ...note, arguments: argumentText })),
  );
  const elf = readElf(
    bytesSource(buildElf({ sections: [{ name: ".note.stapsdt", type: SHT.NOTE, content }] })),
    "bitcoind",
  );
  const { probes, problems } = readProbes(elf);

  it("are read completely, with readable arguments", () => {
    expect(problems).toEqual([]);
    expect(probes).toHaveLength(count);
    const kinds = new Set(probes.flatMap((probe) => probe.arguments.map(({ kind }) => kind)));
    expect([...kinds].sort()).toEqual(["memory", "register"]);
  });

  it("are listed exactly like the output of readelf", () => {
    expect(readelfListing(probes)).toBe(stapsdtSection(golden));
  });
});
