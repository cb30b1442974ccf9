import { alignUp } from "../util/align.ts";
import { ByteWriter } from "./byte-writer.ts";
import { SECTION_ENTRY_SIZE, SEGMENT_ENTRY_SIZE, type TracedMachine } from "./header.ts";
import { hashTable, stringTable } from "./string-table.ts";

/**
 * Writes an ELF64 shared object that contains only USDT probes, without a compiler. A linker would produce
 * the same from a C file that contains only `DTRACE_PROBE` functions.
 *
 * Each address equals the offset in the file, which keeps the layout simple:
 *
 *     0 ┌──────────────────────────┐ ─┐
 *       │ ELF header               │  │
 *       │ program headers          │  │ loaded readable + executable
 *       │ .text          functions │  │
 *       │ .stapsdt.base  1 byte    │  │ readers compare it with the notes' base to detect prelinking
 *       │ .dynstr .hash .dynsym    │  │ dlsym() finds the functions and `semaphores` by them
 *  page ├──────────────────────────┤ ─┤
 *       │ .probes       semaphores │  │ loaded writable: the kernel counts the attached tracers here
 *       │ .dynamic                 │  │ the dynamic linker writes to it
 *       ├──────────────────────────┤ ─┘
 *       │ .note.stapsdt  notes     │ not loaded: tools read them from the file
 *       │ .shstrtab                │
 *       │ section headers          │
 *       └──────────────────────────┘
 *
 * Two readers impose rules. BCC and bpftrace ignore notes whose section header precedes that of the first
 * executable section. The kernel changes a semaphore only through a private, writable mapping of the file
 * itself, so `.probes` must have bytes in the file: it cannot be a .bss section.
 */

/** A function that contains one probe site. */
export interface ProbeFunction {
  readonly provider: string;
  readonly name: string;
  /** The locations of the site's arguments in the notation of notes: `-8@%rax 8@%rcx`. */
  readonly argumentText: string;
  /** Position-independent machine code, at most 64 bytes. */
  readonly code: Uint8Array;
  /** Offset of the site's nop within `code`. */
  readonly site: number;
}

/** The page size is the largest that kernels for the machine support. */
const MACHINES: Readonly<
  Record<TracedMachine, { readonly number: number; readonly pageSize: number }>
> = {
  "x86-64": { number: 62, pageSize: 0x1000 },
  aarch64: { number: 183, pageSize: 0x1_0000 },
};

/** Symbol of the array of 16-bit semaphores: one for each probe, in the order of the probes. */
export const SEMAPHORES_SYMBOL = "semaphores";

/** Symbol of a probe's function. Names cannot contain a colon, so symbols are unique. */
export function functionSymbol(probe: {
  readonly provider: string;
  readonly name: string;
}): string {
  return `${probe.provider}:${probe.name}`;
}

/** Each function starts on its own cache line, so a site's nop cannot cross into another page. */
const FUNCTION_SIZE = 64;
const SEMAPHORE_SIZE = 2;

const HEADER_SIZE = 64;
const SEGMENT_COUNT = 4;
const SYMBOL_SIZE = 24;
const DYNAMIC_ENTRY_SIZE = 16;

type SectionName =
  | ".text"
  | ".stapsdt.base"
  | ".dynstr"
  | ".hash"
  | ".dynsym"
  | ".probes"
  | ".dynamic"
  | ".note.stapsdt"
  | ".shstrtab";

interface Section {
  readonly type: number;
  readonly flags: number;
  readonly alignment: number;
  /** The section it refers to. */
  readonly link?: SectionName;
  readonly info?: number;
  readonly entrySize?: number;
}

const PROGBITS = 1;
const STRTAB = 3;
const HASH = 5;
const DYNAMIC = 6;
const NOTE = 7;
const DYNSYM = 11;

const WRITE = 1;
const ALLOC = 2;
const EXECUTE = 4;

/** The sections in the order of both their headers and their contents. */
const SECTIONS: Readonly<Record<SectionName, Section>> = {
  ".text": { type: PROGBITS, flags: ALLOC | EXECUTE, alignment: FUNCTION_SIZE },
  ".stapsdt.base": { type: PROGBITS, flags: ALLOC, alignment: 1 },
  ".dynstr": { type: STRTAB, flags: ALLOC, alignment: 1 },
  ".hash": { type: HASH, flags: ALLOC, alignment: 8, link: ".dynsym", entrySize: 4 },
  ".dynsym": {
    type: DYNSYM,
    flags: ALLOC,
    alignment: 8,
    link: ".dynstr",
    info: 1, // index of the first global symbol
    entrySize: SYMBOL_SIZE,
  },
  ".probes": { type: PROGBITS, flags: ALLOC | WRITE, alignment: SEMAPHORE_SIZE },
  ".dynamic": {
    type: DYNAMIC,
    flags: ALLOC | WRITE,
    alignment: 8,
    link: ".dynstr",
    entrySize: DYNAMIC_ENTRY_SIZE,
  },
  ".note.stapsdt": { type: NOTE, flags: 0, alignment: 4 },
  ".shstrtab": { type: STRTAB, flags: 0, alignment: 1 },
};

const SECTION_NAMES = Object.keys(SECTIONS) as SectionName[];

/** Returns the complete file. It depends only on the arguments: equal probes give equal bytes. */
export function writeSharedObject(
  machine: TracedMachine,
  probes: readonly ProbeFunction[],
): Uint8Array {
  const { number: machineNumber, pageSize } = MACHINES[machine];
  const symbolNames = [...probes.map(functionSymbol), SEMAPHORES_SYMBOL];
  const sectionNames = stringTable(SECTION_NAMES);
  const strings = stringTable(symbolNames);
  const hash = hashTable(symbolNames);

  const sizes = {
    ".text": probes.length * FUNCTION_SIZE,
    ".stapsdt.base": 1,
    ".dynstr": strings.bytes.length,
    ".hash": hash.length,
    ".dynsym": (1 + symbolNames.length) * SYMBOL_SIZE,
    ".probes": probes.length * SEMAPHORE_SIZE,
    ".dynamic": 6 * DYNAMIC_ENTRY_SIZE,
    ".note.stapsdt": probes.reduce((size, probe) => size + note(probe, 0, 0, 0).length, 0),
    ".shstrtab": sectionNames.bytes.length,
  };
  const { at, end } = placeSections(sizes, pageSize);
  const headersAt = alignUp(end, 8);

  const text = new ByteWriter();
  const symbols = new ByteWriter().zeros(SYMBOL_SIZE);
  const notes = new ByteWriter();
  for (const [index, probe] of probes.entries()) {
    const start = index * FUNCTION_SIZE;
    const address = at[".text"] + start;
    const semaphore = at[".probes"] + index * SEMAPHORE_SIZE;
    const name = strings.offset(functionSymbol(probe));
    text.padTo(start).raw(probe.code);
    symbols.raw(symbol(name, FUNC, ".text", address, probe.code.length));
    notes.raw(note(probe, address + probe.site, at[".stapsdt.base"], semaphore));
  }
  const name = strings.offset(SEMAPHORES_SYMBOL);
  symbols.raw(symbol(name, OBJECT, ".probes", at[".probes"], sizes[".probes"]));

  const contents: Readonly<Record<SectionName, Uint8Array>> = {
    ".text": text.padTo(sizes[".text"]).done(),
    ".stapsdt.base": new Uint8Array(1),
    ".dynstr": strings.bytes,
    ".hash": hash,
    ".dynsym": symbols.done(),
    ".probes": new Uint8Array(sizes[".probes"]),
    ".dynamic": new ByteWriter()
      .u64(DT_HASH, at[".hash"])
      .u64(DT_STRTAB, at[".dynstr"])
      .u64(DT_SYMTAB, at[".dynsym"])
      .u64(DT_STRSZ, sizes[".dynstr"])
      .u64(DT_SYMENT, SYMBOL_SIZE)
      .u64(DT_NULL, 0)
      .done(),
    ".note.stapsdt": notes.done(),
    ".shstrtab": sectionNames.bytes,
  };

  const codeEnd = at[".dynsym"] + sizes[".dynsym"];
  const dataSize = at[".dynamic"] + sizes[".dynamic"] - at[".probes"];
  const file = new ByteWriter()
    .u8(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1) // magic, 64-bit, little-endian, version 1
    .padTo(16)
    .u16(ET_DYN, machineNumber)
    .u32(1)
    .u64(0, HEADER_SIZE, headersAt)
    .u32(0)
    .u16(HEADER_SIZE, SEGMENT_ENTRY_SIZE, SEGMENT_COUNT)
    .u16(SECTION_ENTRY_SIZE, 1 + SECTION_NAMES.length, sectionIndex(".shstrtab"))
    .raw(segment(PT_LOAD, PF_R | PF_X, 0, codeEnd, pageSize))
    .raw(segment(PT_LOAD, PF_R | PF_W, at[".probes"], dataSize, pageSize))
    .raw(segment(PT_DYNAMIC, PF_R | PF_W, at[".dynamic"], sizes[".dynamic"], 8))
    .raw(segment(PT_GNU_STACK, PF_R | PF_W, 0, 0, 16));
  for (const name of SECTION_NAMES) file.padTo(at[name]).raw(contents[name]);
  file.padTo(headersAt).zeros(SECTION_ENTRY_SIZE);
  for (const name of SECTION_NAMES) {
    file.raw(sectionHeader(SECTIONS[name], sectionNames.offset(name), at[name], sizes[name]));
  }
  return file.done();
}

/** Offsets in the file, which are also the addresses of the loaded sections. */
function placeSections(sizes: Readonly<Record<SectionName, number>>, pageSize: number) {
  let end = HEADER_SIZE + SEGMENT_COUNT * SEGMENT_ENTRY_SIZE;
  const at = { ...sizes };
  for (const name of SECTION_NAMES) {
    at[name] = alignUp(end, name === ".probes" ? pageSize : SECTIONS[name].alignment);
    end = at[name] + sizes[name];
  }
  return { at, end };
}

/** Section 0 is reserved. */
function sectionIndex(name: SectionName): number {
  return 1 + SECTION_NAMES.indexOf(name);
}

function sectionHeader(section: Section, name: number, at: number, size: number): Uint8Array {
  const { type, flags, alignment, link, info = 0, entrySize = 0 } = section;
  return new ByteWriter()
    .u32(name, type)
    .u64(flags, flags & ALLOC ? at : 0, at, size)
    .u32(link ? sectionIndex(link) : 0, info)
    .u64(alignment, entrySize)
    .done();
}

const ET_DYN = 3;

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
/** Requests a stack that is not executable. Newer dynamic linkers refuse objects without this segment. */
const PT_GNU_STACK = 0x6474_e551;
const PF_X = 1;
const PF_W = 2;
const PF_R = 4;

function segment(
  type: number,
  access: number,
  at: number,
  size: number,
  alignment: number,
): Uint8Array {
  return new ByteWriter().u32(type, access).u64(at, at, at, size, size, alignment).done();
}

const DT_NULL = 0;
const DT_HASH = 4;
const DT_STRTAB = 5;
const DT_SYMTAB = 6;
const DT_STRSZ = 10;
const DT_SYMENT = 11;

const GLOBAL = 1 << 4;
const OBJECT = 1;
const FUNC = 2;

function symbol(
  name: number,
  type: number,
  section: SectionName,
  address: number,
  size: number,
): Uint8Array {
  return new ByteWriter()
    .u32(name)
    .u8(GLOBAL | type, 0)
    .u16(sectionIndex(section))
    .u64(address, size)
    .done();
}

const NT_STAPSDT = 3;

/** A `stapsdt` note: three addresses, then the provider, the name and the arguments as C strings. */
function note(probe: ProbeFunction, location: number, base: number, semaphore: number): Uint8Array {
  const owner = new ByteWriter().text("stapsdt").done();
  const description = new ByteWriter()
    .u64(location, base, semaphore)
    .text(probe.provider)
    .text(probe.name)
    .text(probe.argumentText)
    .done();
  const bytes = new ByteWriter()
    .u32(owner.length, description.length, NT_STAPSDT)
    .raw(owner)
    .raw(description);
  return bytes.padTo(alignUp(bytes.length, 4)).done();
}
