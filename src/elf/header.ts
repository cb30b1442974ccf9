import type { ElfReader } from "./reader.ts";

export type Machine = "x86-64" | "aarch64";

/** EXEC runs at its link-time addresses; DYN (position-independent programs, shared objects) is moved when loaded. */
export type ElfType = "EXEC" | "DYN";

/** Where a table of equal entries lies in the file. */
export interface Table {
  readonly offset: number;
  readonly count: number;
}

export interface ElfHeader {
  readonly machine: Machine;
  readonly type: ElfType;
  readonly segmentTable: Table;
  /** `count` 0 with an offset: the number did not fit and is the size of section 0. */
  readonly sectionTable: Table;
  /** Index of the section with the sections' names; 0 when there is none. */
  readonly sectionNamesIndex: number;
}

export const SEGMENT_ENTRY_SIZE = 56;
export const SECTION_ENTRY_SIZE = 64;

const HEADER_SIZE = 64;
const MAGIC = 0x7f454c46;
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const TYPES: ReadonlyMap<number, ElfType> = new Map([
  [2, "EXEC"],
  [3, "DYN"],
]);
const MACHINES: ReadonlyMap<number, Machine> = new Map([
  [62, "x86-64"],
  [183, "aarch64"],
]);

export function readHeader(reader: ElfReader): ElfHeader {
  if (reader.source.size < 6 || reader.view(0, 4, "the magic").getUint32(0) !== MAGIC) {
    throw reader.error("ELF_NOT_ELF", "not an ELF file");
  }
  const [elfClass, byteOrder] = reader.bytes(4, 2, "the identification");
  if (elfClass !== CLASS_64 || byteOrder !== LITTLE_ENDIAN) {
    throw reader.error("ELF_UNSUPPORTED", "not a 64-bit little-endian ELF file");
  }
  const view = reader.view(0, HEADER_SIZE, "the ELF header");

  const type = TYPES.get(view.getUint16(16, true));
  if (type === undefined) {
    throw reader.error("ELF_UNSUPPORTED", "neither a program nor a shared object");
  }
  const machineNumber = view.getUint16(18, true);
  const machine = MACHINES.get(machineNumber);
  if (machine === undefined) {
    throw reader.error("ELF_UNSUPPORTED", `made for machine ${machineNumber}`);
  }

  const segmentTable = { offset: reader.u64(view, 32), count: view.getUint16(56, true) };
  const sectionTable = { offset: reader.u64(view, 40), count: view.getUint16(60, true) };
  if (segmentTable.count > 0 && view.getUint16(54, true) !== SEGMENT_ENTRY_SIZE) {
    throw reader.corrupt("its program headers are not of the size they have in 64-bit files");
  }
  if (sectionTable.offset > 0 && view.getUint16(58, true) !== SECTION_ENTRY_SIZE) {
    throw reader.corrupt("its section headers are not of the size they have in 64-bit files");
  }
  return { machine, type, segmentTable, sectionTable, sectionNamesIndex: view.getUint16(62, true) };
}
