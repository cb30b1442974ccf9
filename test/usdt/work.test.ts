import { expect, it } from "vitest";
import { readElf } from "../../src/elf/elf.ts";
import { bytesSource } from "../../src/elf/source.ts";
import { readProbes } from "../../src/usdt/read-probes.ts";
import { buildElf, SHT, stapsdt, symbolSections } from "../elf/elf-builder.ts";
import { workOf } from "../helpers/work.ts";

/** The shortest notes, others with as many symbols to look up as fit, and a table of symbols. */
function hostileFile(size: number): Uint8Array {
  const shortest = Array.from({ length: size }, () => stapsdt({ name: "n" }));
  const lookups = Array.from({ length: size }, (_, i) => `8@symbol_${i}(%rip)`).join(" ");
  const content = Buffer.concat([...shortest, stapsdt({ arguments: lookups.slice(0, 65_000) })]);
  const symbols = Array.from({ length: size }, (_, i) => ({ name: `s${i}`, value: i }));
  return buildElf({
    sections: [{ name: ".note", type: SHT.NOTE, content }, ...symbolSections(symbols, 2)],
  });
}

it("the work to read a hostile file is proportional to its size", () => {
  const [small, large] = [500, 2000].map((size) => {
    const bytes = hostileFile(size);
    return workOf("/src/", () => {
      expect(readProbes(readElf(bytesSource(bytes), "file")).probes.length).toBeGreaterThan(size);
    });
  });
  expect(small).toBeGreaterThan(500);
  expect(large).toBeLessThan(4.5 * small!);
});
