import type { ElfReader } from "./reader.ts";

/** Machines whose programs can be traced. */
export type TracedMachine = "x86-64" | "aarch64";

/** Machines whose programs can be read. Foreign ones can be listed and checked, but not traced. */
export type Machine = TracedMachine | ForeignMachine;

type ForeignMachine = NonNullable<(typeof FOREIGN_MACHINES)[number][1 | 2]>;

/** EXEC runs at its link-time addresses. Loading relocates DYN: position-independent programs, shared objects. */
export type ElfType = "EXEC" | "DYN";

/** The location in the file of a table whose entries have equal sizes. */
export interface Table {
  readonly offset: number;
  readonly count: number;
}

export interface ElfHeader {
  readonly machine: Machine;
  readonly type: ElfType;
  readonly segmentTable: Table;
  /** `count` is 0 and `offset` is not when the number did not fit: section 0 has it as its size. */
  readonly sectionTable: Table;
  /** Index of the section that holds the sections' names; 0 if the file has none. */
  readonly sectionNamesIndex: number;
}

/** Entry sizes in 64-bit files. */
export const SEGMENT_ENTRY_SIZE = 56;
export const SECTION_ENTRY_SIZE = 64;

/** Offsets of the header's members and the sizes of table entries, by the size of an address. */
const LAYOUTS = {
  8: {
    size: 64,
    tables: [32, 40],
    entries: 54,
    segment: SEGMENT_ENTRY_SIZE,
    section: SECTION_ENTRY_SIZE,
  },
  4: { size: 52, tables: [28, 32], entries: 42, segment: 32, section: 40 },
} as const;

const TYPES: ReadonlyMap<number, ElfType> = new Map([
  [2, "EXEC"],
  [3, "DYN"],
]);

const TRACED_MACHINES: ReadonlyMap<number, TracedMachine> = new Map([
  [62, "x86-64"],
  [183, "aarch64"],
]);

/** The ABI's number of a machine, then its name with 8-byte addresses and its name with 4-byte addresses. */
const FOREIGN_MACHINES = [
  [2, null, "sparc"],
  [3, null, "i386"],
  [8, "mips64", "mips"],
  [20, null, "powerpc"],
  [21, "ppc64", null],
  [22, "s390x", "s390"],
  [40, null, "arm"],
  [43, "sparc64", null],
  [62, null, "x32"],
  [183, "aarch64_be", "aarch64_ilp32"],
  [243, "riscv64", "riscv32"],
  [258, "loongarch64", "loongarch32"],
] as const;

export function readHeader(reader: ElfReader): ElfHeader {
  const { size, tables, entries, segment, section } = LAYOUTS[reader.wordSize];
  const view = reader.view(0, size, "the ELF header");

  const type = TYPES.get(reader.u16(view, 16));
  if (type === undefined) {
    throw reader.error("ELF_UNSUPPORTED", "not a program or a shared object");
  }
  const machineNumber = reader.u16(view, 18);
  const machine = machineOf(machineNumber, reader);
  if (machine === null) {
    throw reader.error("ELF_UNSUPPORTED", `unsupported machine ${machineNumber}`);
  }

  const [segmentsAt, sectionsAt] = tables.map((at) => reader.word(view, at)) as [number, number];
  const [segmentSize, segments, sectionSize, sections, sectionNamesIndex] = [0, 2, 4, 6, 8].map(
    (at) => reader.u16(view, entries + at),
  ) as [number, number, number, number, number];
  const bits = 8 * reader.wordSize;
  if (segments > 0 && segmentSize !== segment) {
    throw reader.corrupt(
      `program headers of ${segmentSize} bytes, ${bits}-bit files need ${segment}`,
    );
  }
  if (sectionsAt > 0 && sectionSize !== section) {
    throw reader.corrupt(
      `section headers of ${sectionSize} bytes, ${bits}-bit files need ${section}`,
    );
  }
  return {
    machine,
    type,
    segmentTable: { offset: segmentsAt, count: segments },
    sectionTable: { offset: sectionsAt, count: sections },
    sectionNamesIndex,
  };
}

function machineOf(number: number, { wordSize, littleEndian }: ElfReader): Machine | null {
  const traced = TRACED_MACHINES.get(number);
  if (traced !== undefined && wordSize === 8 && littleEndian) return traced;
  const foreign = FOREIGN_MACHINES.find(([each]) => each === number);
  return foreign?.[wordSize === 8 ? 1 : 2] ?? null;
}
