import type { ElfFile } from "./elf.ts";
import { SECTION_DYNSYM, SECTION_SYMTAB, type Section } from "./section.ts";

export interface ElfSymbol {
  /** Link-time address; for a `fixed` symbol in a relocatable file, a number. */
  readonly value: number;
  /** Whether loading leaves the value unchanged: in an EXEC file, or for an absolute symbol. */
  readonly fixed: boolean;
}

/** Bytes of an entry on 64-bit machines. Only arguments of traced machines, which are 64-bit, name symbols. */
const ENTRY_SIZE = 24;
const TYPE_TLS = 6;
const UNDEFINED = 0;
const ABSOLUTE = 0xfff1;
const MAX_TABLE_SIZE = 64 << 20;

/**
 * Finds names in the symbol table and in the dynamic symbol table, with one scan of each. The result omits a name
 * that is missing or ambiguous (static variables of different source files can share a name).
 * @throws CorelensError ELF_CORRUPT
 */
export function findSymbols(elf: ElfFile, names: ReadonlySet<string>): Map<string, ElfSymbol> {
  const found = new Map<string, ElfSymbol>();
  const ambiguous = new Set<string>();
  for (const tableType of [SECTION_SYMTAB, SECTION_DYNSYM]) {
    for (const [name, symbol] of namedSymbols(elf, tableType, names)) {
      const known = found.get(name);
      if (known !== undefined && known.value !== symbol.value) {
        ambiguous.add(name);
      }
      found.set(name, symbol);
    }
  }
  for (const name of ambiguous) {
    found.delete(name);
  }
  return found;
}

function* namedSymbols(
  elf: ElfFile,
  tableType: number,
  names: ReadonlySet<string>,
): Generator<[name: string, symbol: ElfSymbol]> {
  const table = elf.sections.find(({ type }) => type === tableType);
  if (table === undefined) {
    return;
  }
  const strings = sectionBytes(elf, elf.sections[table.link]);
  const bytes = sectionBytes(elf, table);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const longest = Array.from(names).reduce((length, name) => Math.max(length, name.length), 0);

  for (let at = 0; at + ENTRY_SIZE <= bytes.length; at += ENTRY_SIZE) {
    const section = view.getUint16(at + 6, true);
    if (section === UNDEFINED || (view.getUint8(at + 4) & 0xf) === TYPE_TLS) {
      continue;
    }
    const start = view.getUint32(at, true);
    const end = strings.subarray(start, start + longest + 1).indexOf(0);
    const name =
      end <= 0
        ? ""
        : Buffer.from(strings.buffer, strings.byteOffset + start, end).toString("latin1");
    if (names.has(name)) {
      const fixed = elf.type === "EXEC" || section === ABSOLUTE;
      yield [name, { value: elf.reader.word(view, at + 8), fixed }];
    }
  }
}

function sectionBytes(elf: ElfFile, section: Section | undefined): Uint8Array {
  if (section === undefined || section.size > MAX_TABLE_SIZE) {
    throw elf.reader.corrupt("the symbol table is too large or has no string table");
  }
  return elf.reader.bytes(section.offset, section.size, "the symbol table");
}
