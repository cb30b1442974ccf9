import type { ElfHeader } from "./header.ts";
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

/** Where a header's members lie, by the size of an address. */
const ENTRIES = {
  8: { size: 64, flags: 8, address: 16, offset: 24, length: 32, link: 40, alignment: 48 },
  4: { size: 40, flags: 8, address: 12, offset: 16, length: 20, link: 24, alignment: 32 },
} as const;

export function readSections(reader: ElfReader, header: ElfHeader): Section[] {
  const { offset } = header.sectionTable;
  if (offset === 0) {
    return [];
  }
  const entry = ENTRIES[reader.wordSize];
  const zeroth = reader.view(offset, entry.size, "section header 0");
  const count = header.sectionTable.count || reader.word(zeroth, entry.length);
  if (count > MAX_COUNT) {
    throw reader.corrupt(`it claims ${count} sections`);
  }
  const namesIndex =
    header.sectionNamesIndex === EXTENDED_INDEX
      ? reader.u32(zeroth, entry.link)
      : header.sectionNamesIndex;
  const view = reader.view(offset, count * entry.size, "the section header table");
  const nameAt = sectionNames(reader, view, namesIndex);

  return Array.from({ length: count }, (_, index) => {
    const at = index * entry.size;
    return {
      name: nameAt(reader.u32(view, at)),
      type: reader.u32(view, at + 4),
      threadLocal: (reader.word(view, at + entry.flags) & FLAG_THREAD_LOCAL) !== 0,
      address: reader.word(view, at + entry.address),
      offset: reader.word(view, at + entry.offset),
      size: reader.word(view, at + entry.length),
      link: reader.u32(view, at + entry.link),
      alignment: reader.word(view, at + entry.alignment),
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
  const entry = ENTRIES[reader.wordSize];
  const at = index * entry.size;
  if (at >= table.byteLength) {
    throw reader.corrupt(`its section names are said to be in section ${index}, which it lacks`);
  }
  const size = reader.word(table, at + entry.length);
  if (size > MAX_NAMES_SIZE) {
    throw reader.corrupt(`it claims ${size} bytes of section names`);
  }
  const names = reader.bytes(
    reader.word(table, at + entry.offset),
    size,
    "the table of section names",
  );
  return (offset) => {
    const length = names.subarray(offset, offset + MAX_NAME_LENGTH).indexOf(0);
    if (length < 0) {
      throw reader.corrupt("a section's name does not end");
    }
    return String.fromCharCode(...names.subarray(offset, offset + length));
  };
}
