import type { ElfHeader } from "./header.ts";
import type { ElfReader } from "./reader.ts";

/** A section header. A program runs without section headers, so stripping may remove all of them. */
export interface Section {
  readonly name: string;
  readonly type: number;
  /** Whether each thread has a copy of its own. The section's addresses are then not addresses in memory. */
  readonly threadLocal: boolean;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  /** Index of a related section: for a symbol table, its string table. */
  readonly link: number;
  readonly alignment: number;
}

export const SECTION_SYMTAB = 2;
export const SECTION_NOTE = 7;
/** The section occupies memory, but no bytes in the file. */
export const SECTION_NOBITS = 8;
export const SECTION_DYNSYM = 11;

/** `sectionNamesIndex` when the index did not fit: section 0's link holds it. */
const EXTENDED_INDEX = 0xffff;

const FLAG_THREAD_LOCAL = 0x400;

// Linked files have dozens of sections with short names. The limits reject files made to exhaust memory.
const MAX_COUNT = 65_536;
const MAX_NAMES_SIZE = 16 << 20;
const MAX_NAME_LENGTH = 1024;

/** The size of a header and the offsets of its members, by the size of an address. */
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
    throw reader.corrupt(`${count} sections exceed the limit of ${MAX_COUNT}`);
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
    throw reader.corrupt(`section ${index}, which should hold the section names, does not exist`);
  }
  const size = reader.word(table, at + entry.length);
  if (size > MAX_NAMES_SIZE) {
    throw reader.corrupt(`${size} bytes of section names exceed the limit of ${MAX_NAMES_SIZE}`);
  }
  const names = reader.bytes(
    reader.word(table, at + entry.offset),
    size,
    "the table of section names",
  );
  return (offset) => {
    const length = names.subarray(offset, offset + MAX_NAME_LENGTH).indexOf(0);
    if (length < 0) {
      throw reader.corrupt("the name of a section has no end");
    }
    return String.fromCharCode(...names.subarray(offset, offset + length));
  };
}
