import { type Machine, SECTION_ENTRY_SIZE, SEGMENT_ENTRY_SIZE } from "./header.ts";

/**
 * Writes an ELF64 shared object whose only purpose is to carry USDT probes: what a linker would make of
 * a C file with nothing but `DTRACE_PROBE` functions in it, byte by byte, so that no compiler is needed.
 *
 * Every address is also the offset in the file, which keeps the picture simple:
 *
 *     0 ┌──────────────────────────┐ ─┐
 *       │ ELF header               │  │
 *       │ program headers          │  │ loaded readable + executable
 *       │ .text          functions │  │
 *       │ .stapsdt.base  1 byte    │  │ readers compare it with the notes' base to detect prelinking
 *       │ .dynstr .hash .dynsym    │  │ so that dlsym() finds the functions and `semaphores`
 *  page ├──────────────────────────┤ ─┤
 *       │ .probes       semaphores │  │ loaded writable: tracers count up and down in here
 *       │ .dynamic                 │  │ written to by the dynamic linker
 *       ├──────────────────────────┤ ─┘
 *       │ .note.stapsdt  notes     │ not loaded, read from the file by tools
 *       │ .shstrtab                │
 *       │ section headers          │
 *       └──────────────────────────┘
 *
 * Two rules come from the readers. BCC and bpftrace ignore notes whose section header stands before that of
 * the first executable section. The kernel counts in a semaphore only through a private, writable mapping
 * of the file itself, so `.probes` must have bytes in the file (never .bss).
 */

/** One function with one probe site in it. */
export interface ProbeFunction {
  readonly provider: string;
  readonly name: string;
  /** Where the site's arguments are, in the notes' language: `-8@%rax 8@%rcx`. */
  readonly argumentText: string;
  /** Position-independent machine code, at most 64 bytes. */
  readonly code: Uint8Array;
  /** Offset of the site's nop within `code`. */
  readonly site: number;
}

/** Page sizes are the largest that kernels for the machine are built with. */
const MACHINES: Readonly<Record<Machine, { readonly number: number; readonly pageSize: number }>> =
  {
    "x86-64": { number: 62, pageSize: 0x1000 },
    aarch64: { number: 183, pageSize: 0x1_0000 },
  };

/** Symbol of the array of 16-bit semaphores, one a probe, in the order of the probes. */
export const SEMAPHORES_SYMBOL = "semaphores";

/** Symbol of a probe's function. A colon cannot be confused with part of a name. */
export function functionSymbol(probe: {
  readonly provider: string;
  readonly name: string;
}): string {
  return `${probe.provider}:${probe.name}`;
}

/** Functions start on their own cache line, which also keeps a site's nop from crossing into another page. */
const FUNCTION_SIZE = 64;
const HEADER_SIZE = 64;
const SYMBOL_SIZE = 24;

const ALLOC = 2;
const WRITE = 1;
const EXECUTE = 4;

/** The complete file. It is a pure function of its arguments: equal probes give equal bytes. */
export function writeSharedObject(machine: Machine, probes: readonly ProbeFunction[]): Uint8Array {
  const { number: machineNumber, pageSize } = MACHINES[machine];
  const symbolNames = [...probes.map(functionSymbol), SEMAPHORES_SYMBOL];
  const strings = stringTable(symbolNames);
  const hash = hashTable(symbolNames);

  const segmentCount = 4;
  let end = HEADER_SIZE + segmentCount * SEGMENT_ENTRY_SIZE;
  const place = (size: number, alignment: number): number => {
    const address = alignUp(end, alignment);
    end = address + size;
    return address;
  };
  const textSize = probes.length * FUNCTION_SIZE;
  const text = place(textSize, FUNCTION_SIZE);
  const base = place(1, 1);
  const dynstr = place(strings.bytes.length, 1);
  const hashAddress = place(hash.length, 8);
  const symbolsSize = (1 + symbolNames.length) * SYMBOL_SIZE;
  const dynsym = place(symbolsSize, 8);
  const readOnlyEnd = end;
  const semaphores = place(2 * probes.length, pageSize);

  const dynamicBytes = new Bytes();
  for (const [tag, value] of [
    [4, hashAddress], // DT_HASH
    [5, dynstr], // DT_STRTAB
    [6, dynsym], // DT_SYMTAB
    [10, strings.bytes.length], // DT_STRSZ
    [11, SYMBOL_SIZE], // DT_SYMENT
    [0, 0], // DT_NULL
  ] as const) {
    dynamicBytes.u64(tag, value);
  }
  const dynamic = place(dynamicBytes.length, 8);
  const loadedEnd = end;

  const textIndex = 1;
  const probesIndex = 6;
  const symbols = new Bytes().zeros(SYMBOL_SIZE);
  const symbol = (name: string, type: number, section: number, address: number, size: number) =>
    symbols
      .u32(strings.offset(name))
      .u8(GLOBAL | type, 0)
      .u16(section)
      .u64(address, size);
  const textBytes = new Uint8Array(textSize);
  const notes = new Bytes();
  for (const [index, probe] of probes.entries()) {
    const address = text + index * FUNCTION_SIZE;
    textBytes.set(probe.code, index * FUNCTION_SIZE);
    symbol(functionSymbol(probe), FUNCTION, textIndex, address, probe.code.length);
    notes.raw(note(probe, address + probe.site, base, semaphores + 2 * index));
  }
  symbol(SEMAPHORES_SYMBOL, OBJECT, probesIndex, semaphores, 2 * probes.length);

  const PROGBITS = 1;
  const sections: Section[] = [
    {
      name: ".text",
      type: PROGBITS,
      flags: ALLOC | EXECUTE,
      at: text,
      bytes: textBytes,
      alignment: FUNCTION_SIZE,
    },
    {
      name: ".stapsdt.base",
      type: PROGBITS,
      flags: ALLOC,
      at: base,
      bytes: new Uint8Array(1),
      alignment: 1,
    },
    { name: ".dynstr", type: 3, flags: ALLOC, at: dynstr, bytes: strings.bytes, alignment: 1 },
    {
      name: ".hash",
      type: 5,
      flags: ALLOC,
      at: hashAddress,
      bytes: hash,
      alignment: 8,
      link: ".dynsym",
      entrySize: 4,
    },
    {
      name: ".dynsym",
      type: 11,
      flags: ALLOC,
      at: dynsym,
      bytes: symbols.done(),
      alignment: 8,
      link: ".dynstr",
      info: 1, // index of the first global symbol
      entrySize: SYMBOL_SIZE,
    },
    {
      name: ".probes",
      type: PROGBITS,
      flags: ALLOC | WRITE,
      at: semaphores,
      bytes: new Uint8Array(2 * probes.length),
      alignment: 2,
    },
    {
      name: ".dynamic",
      type: 6,
      flags: ALLOC | WRITE,
      at: dynamic,
      bytes: dynamicBytes.done(),
      alignment: 8,
      link: ".dynstr",
      entrySize: 16,
    },
    {
      name: ".note.stapsdt",
      type: 7,
      flags: 0,
      at: place(notes.length, 4),
      bytes: notes.done(),
      alignment: 4,
    },
  ];
  const sectionNames = stringTable([...sections.map((section) => section.name), ".shstrtab"]);
  sections.push({
    name: ".shstrtab",
    type: 3,
    flags: 0,
    at: place(sectionNames.bytes.length, 1),
    bytes: sectionNames.bytes,
    alignment: 1,
  });
  const sectionHeaders = place((1 + sections.length) * SECTION_ENTRY_SIZE, 8);

  const file = new Uint8Array(end);
  file.set(
    new Bytes()
      .u8(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1) // magic, 64-bit, little-endian, version 1
      .zeros(9)
      .u16(3, machineNumber) // ET_DYN
      .u32(1)
      .u64(0, HEADER_SIZE, sectionHeaders)
      .u32(0)
      .u16(HEADER_SIZE, SEGMENT_ENTRY_SIZE, segmentCount)
      .u16(SECTION_ENTRY_SIZE, 1 + sections.length, sections.length)
      .raw(segment(PT_LOAD, READ | RUN, 0, readOnlyEnd, pageSize))
      .raw(segment(PT_LOAD, READ | MODIFY, semaphores, loadedEnd - semaphores, pageSize))
      .raw(segment(PT_DYNAMIC, READ | MODIFY, dynamic, dynamicBytes.length, 8))
      .raw(segment(PT_GNU_STACK, READ | MODIFY, 0, 0, 16))
      .done(),
  );
  const headers = new Bytes().zeros(SECTION_ENTRY_SIZE);
  for (const section of sections) {
    file.set(section.bytes, section.at);
    const link = sections.findIndex((other) => other.name === section.link) + 1;
    headers
      .u32(sectionNames.offset(section.name), section.type)
      .u64(section.flags, section.flags & ALLOC ? section.at : 0, section.at, section.bytes.length)
      .u32(link, section.info ?? 0)
      .u64(section.alignment, section.entrySize ?? 0);
  }
  file.set(headers.done(), sectionHeaders);
  return file;
}

interface Section {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  /** Offset in the file and, when loaded, address. */
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly alignment: number;
  /** The section it refers to. */
  readonly link?: string;
  readonly info?: number;
  readonly entrySize?: number;
}

const GLOBAL = 1 << 4;
const OBJECT = 1;
const FUNCTION = 2;

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
/** Says that no executable stack is needed; newer dynamic linkers refuse objects without it. */
const PT_GNU_STACK = 0x6474_e551;
const RUN = 1;
const MODIFY = 2;
const READ = 4;

function segment(type: number, access: number, at: number, size: number, alignment: number) {
  return new Bytes().u32(type, access).u64(at, at, at, size, size, alignment).done();
}

/** A `stapsdt` note: three addresses, then provider, name and arguments as C strings. */
function note(probe: ProbeFunction, location: number, base: number, semaphore: number): Uint8Array {
  const NT_STAPSDT = 3;
  const description = new Bytes()
    .u64(location, base, semaphore)
    .text(probe.provider)
    .text(probe.name)
    .text(probe.argumentText);
  const owner = new Bytes().text("stapsdt");
  return new Bytes()
    .u32(owner.length, description.length, NT_STAPSDT)
    .raw(owner.done())
    .raw(description.done())
    .zeros(alignUp(description.length, 4) - description.length)
    .done();
}

function stringTable(names: readonly string[]) {
  const bytes = new Bytes().u8(0);
  const offsets = new Map<string, number>();
  for (const name of names) {
    offsets.set(name, bytes.length);
    bytes.text(name);
  }
  return { bytes: bytes.done(), offset: (name: string): number => offsets.get(name)! };
}

/** The System V hash table (DT_HASH) over symbols 1, 2, ...; both glibc and musl look names up in it. */
function hashTable(names: readonly string[]): Uint8Array {
  const buckets = new Array<number>(names.length).fill(0);
  const chains = new Array<number>(names.length + 1).fill(0);
  for (const [index, name] of names.entries()) {
    const bucket = systemVHash(name) % buckets.length;
    chains[index + 1] = buckets[bucket]!;
    buckets[bucket] = index + 1;
  }
  return new Bytes().u32(buckets.length, chains.length, ...buckets, ...chains).done();
}

function systemVHash(name: string): number {
  let hash = 0;
  for (const byte of Buffer.from(name)) {
    hash = ((hash << 4) + byte) >>> 0;
    const high = hash & 0xf000_0000;
    hash = (hash ^ (high >>> 24) ^ high) >>> 0;
  }
  return hash;
}

function alignUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}

/** Little-endian bytes, appended one after the other. */
class Bytes {
  readonly #bytes: number[] = [];

  get length(): number {
    return this.#bytes.length;
  }

  u8(...values: number[]): this {
    return this.#append(1, values);
  }

  u16(...values: number[]): this {
    return this.#append(2, values);
  }

  u32(...values: number[]): this {
    return this.#append(4, values);
  }

  u64(...values: number[]): this {
    return this.#append(8, values);
  }

  /** A NUL-terminated string. */
  text(text: string): this {
    return this.raw(Buffer.from(text)).u8(0);
  }

  raw(bytes: Uint8Array): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  zeros(count: number): this {
    return this.raw(new Uint8Array(count));
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #append(size: number, values: readonly number[]): this {
    for (const value of values) {
      for (let i = 0; i < size; i++) this.#bytes.push(Math.floor(value / 2 ** (8 * i)) % 256);
    }
    return this;
  }
}
