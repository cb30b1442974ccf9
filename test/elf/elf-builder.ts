/** Small ELF files made to measure: header, program headers, contents of sections, section headers. */
export interface SectionPlan {
  name: string;
  type: number;
  flags?: number;
  content: Uint8Array;
  address?: number;
  link?: number;
  alignment?: number;
}

export interface SegmentPlan {
  type: number;
  address: number;
  offset: number;
  fileSize: number;
  executable?: boolean;
}

export interface ElfPlan {
  machine?: number;
  type?: number;
  segments?: SegmentPlan[];
  sections?: SectionPlan[];
}

export const EXEC = 2;
export const AARCH64 = 183;
export const SHT = { PROGBITS: 1, SYMTAB: 2, STRTAB: 3, NOTE: 7, NOBITS: 8, DYNSYM: 11 };
export const PT = { LOAD: 1, NOTE: 4 };

export function buildElf({
  machine = 62,
  type = 3,
  segments = [],
  sections = [],
}: ElfPlan): Buffer {
  const names = ["", ...sections.map(({ name }) => name), ".shstrtab"];
  const all: SectionPlan[] = [
    { name: "", type: 0, content: new Uint8Array() },
    ...sections,
    { name: ".shstrtab", type: SHT.STRTAB, content: Buffer.from(`${names.join("\0")}\0`) },
  ];
  const parts: Buffer[] = [];
  let end = 64 + 56 * segments.length;
  const headers = all.map((section, index) => {
    const header = Buffer.alloc(64);
    header.writeUInt32LE(
      Buffer.byteLength(
        names
          .slice(0, index)
          .map((n) => `${n}\0`)
          .join(""),
      ),
      0,
    );
    header.writeUInt32LE(section.type, 4);
    header.writeBigUInt64LE(BigInt(section.flags ?? 0), 8);
    header.writeBigUInt64LE(BigInt(section.address ?? 0), 16);
    header.writeBigUInt64LE(BigInt(end), 24);
    header.writeBigUInt64LE(BigInt(section.content.length), 32);
    header.writeUInt32LE(section.link ?? 0, 40);
    header.writeBigUInt64LE(BigInt(section.alignment ?? 4), 48);
    const padded = Buffer.alloc(Math.ceil(section.content.length / 8) * 8);
    padded.set(section.content);
    parts.push(padded);
    end += padded.length;
    return header;
  });

  const header = Buffer.alloc(64);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeUInt16LE(type, 16);
  header.writeUInt16LE(machine, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(64n, 32);
  header.writeBigUInt64LE(BigInt(end), 40);
  header.writeUInt16LE(64, 52);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(segments.length, 56);
  header.writeUInt16LE(64, 58);
  header.writeUInt16LE(headers.length, 60);
  header.writeUInt16LE(headers.length - 1, 62);
  return Buffer.concat([header, ...segments.map(segmentHeader), ...parts, ...headers]);
}

function segmentHeader(plan: SegmentPlan): Buffer {
  const header = Buffer.alloc(56);
  header.writeUInt32LE(plan.type, 0);
  header.writeUInt32LE(plan.executable ? 5 : 6, 4);
  header.writeBigUInt64LE(BigInt(plan.offset), 8);
  header.writeBigUInt64LE(BigInt(plan.address), 16);
  header.writeBigUInt64LE(BigInt(plan.fileSize), 32);
  header.writeBigUInt64LE(BigInt(plan.fileSize), 40);
  header.writeBigUInt64LE(4n, 48);
  return header;
}

export function note(owner: string, type: number, descriptor: Uint8Array, alignment = 4): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt32LE(owner.length + 1, 0);
  header.writeUInt32LE(descriptor.length, 4);
  header.writeUInt32LE(type, 8);
  const head = pad(Buffer.concat([header, Buffer.from(`${owner}\0`)]), alignment);
  return pad(Buffer.concat([head, descriptor]), alignment);
}

function pad(bytes: Buffer, alignment: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & (alignment - 1))]);
}

export interface StapsdtPlan {
  provider?: string;
  name?: string;
  location?: number;
  base?: number;
  semaphore?: number;
  arguments?: string;
}

export function stapsdt(plan: StapsdtPlan): Buffer {
  const addresses = Buffer.alloc(24);
  addresses.writeBigUInt64LE(BigInt(plan.location ?? 0x1000), 0);
  addresses.writeBigUInt64LE(BigInt(plan.base ?? 0), 8);
  addresses.writeBigUInt64LE(BigInt(plan.semaphore ?? 0), 16);
  const texts = [plan.provider ?? "net", plan.name ?? "event", plan.arguments ?? "", ""];
  return note("stapsdt", 3, Buffer.concat([addresses, Buffer.from(texts.join("\0"))]));
}

export interface SymbolPlan {
  name: string;
  value: number;
  type?: number;
  section?: number;
}

/** The section of symbols and the one of their names; `index` is that of the first of the two in the file. */
export function symbolSections(symbols: SymbolPlan[], index: number): SectionPlan[] {
  let names = "\0";
  const entries = symbols.map(({ name, value, type = 1, section = 1 }) => {
    const entry = Buffer.alloc(24);
    entry.writeUInt32LE(names.length, 0);
    entry.writeUInt8(type, 4);
    entry.writeUInt16LE(section, 6);
    entry.writeBigUInt64LE(BigInt(value), 8);
    names += `${name}\0`;
    return entry;
  });
  return [
    { name: ".symtab", type: SHT.SYMTAB, content: Buffer.concat(entries), link: index + 1 },
    { name: ".strtab", type: SHT.STRTAB, content: Buffer.from(names) },
  ];
}
