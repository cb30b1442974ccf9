import { describe, expect, it } from "vitest";
import { readElf } from "../../src/elf/elf.ts";
import { bytesSource } from "../../src/elf/source.ts";
import { findSymbols } from "../../src/elf/symbol.ts";
import { buildElf, EXEC, type SymbolPlan, symbolSections } from "./elf-builder.ts";

const TLS = 6;
const ABSOLUTE = 0xfff1;

function find(symbols: SymbolPlan[], name: string, type?: number) {
  const bytes = buildElf({ ...(type && { type }), sections: symbolSections(symbols, 1) });
  return findSymbols(readElf(bytesSource(bytes), "file"), new Set([name])).get(name);
}

describe("findSymbols", () => {
  it("finds the address of a name", () => {
    const symbols = [
      { name: "counter_2", value: 1 },
      { name: "counter", value: 0x4010 },
    ];
    expect(find(symbols, "counter")).toEqual({ value: 0x4010, fixed: false });
    expect(find(symbols, "count")).toBeUndefined();
  });

  it("marks values of EXEC files and absolute symbols as fixed", () => {
    expect(find([{ name: "a", value: 8 }], "a", EXEC)).toEqual({ value: 8, fixed: true });
    expect(find([{ name: "a", value: 8, section: ABSOLUTE }], "a")).toEqual({
      value: 8,
      fixed: true,
    });
  });

  it("omits a name that several symbols share", () => {
    expect(
      find(
        [
          { name: "n", value: 8 },
          { name: "n", value: 16 },
        ],
        "n",
      ),
    ).toBeUndefined();
    expect(
      find(
        [
          { name: "n", value: 8 },
          { name: "n", value: 8 },
        ],
        "n",
      ),
    ).toMatchObject({ value: 8 });
  });

  it("skips undefined and thread-local symbols", () => {
    expect(find([{ name: "n", value: 8, section: 0 }], "n")).toBeUndefined();
    expect(find([{ name: "n", value: 8, type: TLS }], "n")).toBeUndefined();
  });

  it("finds nothing in a stripped file", () => {
    const elf = readElf(bytesSource(buildElf({})), "file");
    expect(findSymbols(elf, new Set(["n"])).size).toBe(0);
  });

  it("refuses a table whose strings are missing", () => {
    const [symtab] = symbolSections([{ name: "n", value: 8 }], 77);
    const elf = readElf(bytesSource(buildElf({ sections: [symtab!] })), "file");
    expect(() => findSymbols(elf, new Set(["n"]))).toThrow(
      expect.objectContaining({ code: "ELF_CORRUPT" }),
    );
  });
});
