import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ElfFile, readElf } from "../../src/elf/elf.ts";
import { buildId } from "../../src/elf/note.ts";
import { type FileSource, openFileSource } from "../../src/node/process/file-source.ts";
import { gdbListing } from "../../src/usdt/listing/gdb.ts";
import { readelfListing } from "../../src/usdt/listing/readelf.ts";
import { tplistListing } from "../../src/usdt/listing/tplist.ts";
import { type ProbeNotes, readProbes } from "../../src/usdt/read-probes.ts";
import { parseReadelf, stapsdtSection } from "./readelf.ts";
import { describeWith, run } from "./tools.ts";

const SOURCE = fileURLToPath(new URL("fixtures/sites.c", import.meta.url));

const BUILDS: [name: string, flags: string[]][] = [
  ["position-independent, optimised", ["-O2", "-pie", "-fPIE"]],
  ["position-independent, not optimised", ["-O0", "-pie", "-fPIE"]],
  ["at fixed addresses", ["-O2", "-no-pie", "-fno-pie"]],
  ["static", ["-O2", "-static", "-no-pie", "-fno-pie"]],
  ["a shared object", ["-O2", "-shared", "-fPIC"]],
  ["stripped of symbols", ["-O2", "-pie", "-fPIE", "-s"]],
];

const directory = realpathSync(mkdtempSync(join(tmpdir(), "corelens-usdt-")));
afterAll(() => rmSync(directory, { recursive: true }));

describeWith(["gcc", "sys/sdt.h", "readelf", "gdb", "tplist-bpfcc", "nm"], "a C program", () => {
  describe.each(BUILDS)("built %s", (name, flags) => {
    const path = join(directory, name.replaceAll(/\W+/g, "-"));
    let source: FileSource;
    let elf: ElfFile;
    let notes: ProbeNotes;

    beforeAll(() => {
      run("gcc", ...flags, "-o", path, SOURCE);
      source = openFileSource(path);
      elf = readElf(source, path);
      notes = readProbes(elf);
    });
    afterAll(() => source.close());

    it("has the same listing as readelf", () => {
      expect(readelfListing(notes.probes)).toBe(stapsdtSection(run("readelf", "-n", path)));
    });

    it("has the same listing as gdb", () => {
      const gdb = run("gdb", "-nx", "-batch", "-ex", "info probes", path);
      expect(gdbListing(path, notes.probes)).toBe(gdb);
    });

    it("has the same listing as tplist", () => {
      expect(tplistListing(path, notes.probes)).toBe(run("tplist-bpfcc", "-l", path));
    });

    it("has sites at nops of the file, with semaphores that are zero", () => {
      expect(notes.problems).toEqual([]);
      expect(notes.probes.map((probe) => probe.name).sort()).toEqual(
        "constants global indexed many none sites sites sites".split(" "),
      );
      for (const { fileOffset, semaphoreOffset } of notes.probes) {
        expect([...source.read(fileOffset!, 1)]).toEqual([0x90]);
        expect([...source.read(semaphoreOffset!, 2)]).toEqual([0, 0]);
      }
    });

    it("has the constants of its source", () => {
      const values = notes.probes
        .find((probe) => probe.name === "constants")!
        .arguments.map((argument) => argument.kind === "constant" && argument.value);
      expect(values.slice(0, 3)).toEqual([5n, -1n, 0xffffffffn]);
    });

    it("has unreadable arguments only where symbols were stripped", () => {
      const unreadable = notes.probes
        .flatMap((probe) => probe.arguments)
        .filter(({ kind }) => kind === "unreadable");
      expect(
        unreadable.filter(({ text }) => !flags.includes("-s") || !text.includes("%rip")),
      ).toEqual([]);
    });

    it("has the ELF type that readelf prints", () => {
      expect(run("readelf", "-h", path)).toContain(
        `Type:                              ${elf.type}`,
      );
      expect(run("readelf", "-n", path)).toContain(`Build ID: ${buildId(elf) ?? "none"}`);
    });
  });

  it("a global variable has the address that nm prints", () => {
    const path = join(directory, "global");
    run("gcc", "-O2", "-pie", "-fPIE", "-o", path, SOURCE);
    const [address] = /^\w+(?= D counter$)/m.exec(run("nm", path))!;
    const source = openFileSource(path);
    const probe = readProbes(readElf(source, path)).probes.find(({ name }) => name === "global")!;
    source.close();
    expect(probe.argumentText).toContain("counter(%rip)");
    expect(probe.arguments[0]).toMatchObject({
      kind: "memory",
      base: "probe",
      displacement: Number(`0x${address}`) - probe.address,
    });
  });
});

describeWith(["gcc", "llvm-strip", "readelf"], "a program without section headers", () => {
  it.each([
    ["stripping removes notes that are not loaded", "", []],
    ["stripping keeps notes that are loaded", "a", ["8@%rdi -4@$3"]],
  ])("%s", (name, flags, texts) => {
    const path = join(directory, name.replaceAll(" ", "-"));
    const probe = [
      ".globl main\nmain: nop\nret",
      `.section .note.stapsdt,"${flags}","note"`,
      ".balign 4\n.4byte 2f-1f, 4f-3f, 3",
      '1: .asciz "stapsdt"\n2: .balign 4',
      "3: .8byte 0x1234, 0, 0",
      '.asciz "test"\n.asciz "loaded"\n.asciz "8@%rdi -4@$3"',
      '4: .balign 4\n.section .note.GNU-stack,"",@progbits\n',
    ];
    writeFileSync(`${path}.s`, probe.join("\n"));
    run("gcc", "-o", path, `${path}.s`);
    run("llvm-strip", "--strip-sections", path);

    const source = openFileSource(path);
    const elf = readElf(source, path);
    expect(elf.sections).toEqual([]);
    const { probes, problems } = readProbes(elf);
    source.close();
    expect(problems).toEqual([]);
    expect(probes.map(({ argumentText }) => argumentText)).toEqual(texts);
    expect(probes).toMatchObject(parseReadelf(run("readelf", "-n", path)));
  });
});
