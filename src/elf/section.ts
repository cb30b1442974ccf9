import { type ElfHeader, SECTION_ENTRY_SIZE } from "./header.ts";
import type { ElfReader } from "./reader.ts";

/** A section header. Stripping may remove them all; a program runs without. */
export interface Section {
  readonly name: string;
  readonly type: number;
  /** Each thread has its own; its addresses are no places in memory. */
  readonly threadLocal: boolean;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  /** Index of a related section: of a symbol table, its string table. */
  readonly link: number;
  readonly alignment: number;
}

export const SECTION_SYMTAB = 2;
export const SECTION_NOTE = 7;
/** It takes memory and no room in the file. */
export const SECTION_NOBITS = 8;
export const SECTION_DYNSYM = 11;

/** `sectionNamesIndex` when the index did not fit: section 0's link holds it. */
const EXTENDED_INDEX = 0xffff;

const FLAG_THREAD_LOCAL = 0x400;

// Linked files have dozens of sections with short names: these bounds are for files made to exhaust memory.
const MAX_COUNT = 65_536;
const MAX_NAMES_SIZE = 16 << 20;
const MAX_NAME_LENGTH = 1024;

export function readSections(reader: ElfReader, header: ElfHeader): Section[] {
  const { offset } = header.sectionTable;
  if (offset === 0) {
    return [];
  }
  const zeroth = reader.view(offset, SECTION_ENTRY_SIZE, "section header 0");
  const count = header.sectionTable.count || reader.u64(zeroth, 32);
  if (count > MAX_COUNT) {
    throw reader.corrupt(`it claims ${count} sections`);
  }
  const namesIndex =
    header.sectionNamesIndex === EXTENDED_INDEX
      ? zeroth.getUint32(40, true)
      : header.sectionNamesIndex;
  const view = reader.view(offset, count * SECTION_ENTRY_SIZE, "the section header table");
  const nameAt = sectionNames(reader, view, namesIndex);

  return Array.from({ length: count }, (_, index) => {
    const at = index * SECTION_ENTRY_SIZE;
    return {
      name: nameAt(view.getUint32(at, true)),
      type: view.getUint32(at + 4, true),
      threadLocal: (view.getUint32(at + 8, true) & FLAG_THREAD_LOCAL) !== 0,
      address: reader.u64(view, at + 16),
      offset: reader.u64(view, at + 24),
      size: reader.u64(view, at + 32),
      link: view.getUint32(at + 40, true),
      alignment: reader.u64(view, at + 48),
    };
  });
}

function sectionNames(
  reader: ElfReader,
  table: DataView,
  index: number,
): (offset: number) => string {
  if (index === 0) {
    return () => "";
  }
  const at = index * SECTION_ENTRY_SIZE;
  if (at >= table.byteLength) {
    throw reader.corrupt(`its section names are said to be in section ${index}, which it lacks`);
  }
  const size = reader.u64(table, at + 32);
  if (size > MAX_NAMES_SIZE) {
    throw reader.corrupt(`it claims ${size} bytes of section names`);
  }
  const names = reader.bytes(reader.u64(table, at + 24), size, "the table of section names");
  return (offset) => {
    const length = names.subarray(offset, offset + MAX_NAME_LENGTH).indexOf(0);
    if (length < 0) {
      throw reader.corrupt("a section's name does not end");
    }
    return String.fromCharCode(...names.subarray(offset, offset + length));
  };
}
