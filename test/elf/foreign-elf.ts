/** ELF programs of any word size and byte order, with nothing but code and notes of probes. */
export interface ForeignPlan {
  /** The ABI's number. */
  readonly machine: number;
  readonly wordSize: 4 | 8;
  readonly littleEndian: boolean;
  readonly probes: readonly ForeignProbe[];
}

export interface ForeignProbe {
  readonly provider: string;
  readonly name: string;
  readonly location: number;
  readonly semaphore?: number;
  readonly arguments: string;
}

/** Sizes of the ELF header, a program header and a section header. */
const SIZES = { 8: [64, 56, 64], 4: [52, 32, 40] } as const;
const CODE_SIZE = 0x2000;
const NOTES_ADDRESS = 0x4000;

export function buildForeignElf({ machine, wordSize, littleEndian, probes }: ForeignPlan): Buffer {
  const writer = new Writer(wordSize, littleEndian);
  const [headerSize, segmentSize, sectionSize] = SIZES[wordSize];
  const notes = writer.join(...probes.map((probe) => noteOf(probe, writer)));
  const names = Buffer.from("\0.text\0.note.stapsdt\0.shstrtab\0");
  const codeAt = headerSize + segmentSize;
  const notesAt = codeAt + CODE_SIZE;
  const namesAt = notesAt + notes.length;
  const sectionsAt = namesAt + names.length + (-(namesAt + names.length) & 7);
  const { half, int, word } = writer;
  const header = writer.join(
    [0x7f, 0x45, 0x4c, 0x46, wordSize / 4, littleEndian ? 1 : 2, 1, ...new Array(9).fill(0)],
    ...[half(3), half(machine), int(1), word(0), word(headerSize), word(sectionsAt), int(0)],
    ...[headerSize, segmentSize, 1, sectionSize, 4, 3].map(half),
  );
  const [address, size] = [word(0x1000), word(CODE_SIZE)];
  const segment =
    wordSize === 8
      ? writer.join(int(1), int(5), word(codeAt), address, address, size, size, word(4096))
      : writer.join(int(1), word(codeAt), address, address, size, size, int(5), word(4096));
  const section = (name: number, type: number, at: number, from: number, length: number) =>
    writer.join(
      ...[int(name), int(type), word(0), word(at), word(from), word(length)],
      ...[int(0), int(0), word(4), word(0)],
    );
  const sections = writer.join(
    Buffer.alloc(sectionSize),
    section(1, 1, 0x1000, codeAt, CODE_SIZE),
    section(7, 7, NOTES_ADDRESS, notesAt, notes.length),
    section(21, 3, 0, namesAt, names.length),
  );
  const padding = Buffer.alloc(sectionsAt - namesAt - names.length);
  return writer.join(header, segment, Buffer.alloc(CODE_SIZE), notes, names, padding, sections);
}

function noteOf(probe: ForeignProbe, { int, word, join }: Writer): Buffer {
  const { provider, name, location, semaphore = 0, arguments: arguments_ } = probe;
  const descriptor = join(
    ...[word(location), word(0), word(semaphore)],
    Buffer.from(`${provider}\0${name}\0${arguments_}\0`),
  );
  const padding = Buffer.alloc(-descriptor.length & 3);
  return join(
    int(8),
    int(descriptor.length),
    int(3),
    Buffer.from("stapsdt\0"),
    descriptor,
    padding,
  );
}

/** Numbers as the machine has them. */
class Writer {
  readonly #wordSize: 4 | 8;
  readonly #littleEndian: boolean;

  constructor(wordSize: 4 | 8, littleEndian: boolean) {
    this.#wordSize = wordSize;
    this.#littleEndian = littleEndian;
  }

  readonly half = (value: number): Buffer => this.#number(value, 2);
  readonly int = (value: number): Buffer => this.#number(value, 4);
  readonly word = (value: number): Buffer => this.#number(value, this.#wordSize);
  readonly join = (...parts: readonly (Uint8Array | readonly number[])[]): Buffer =>
    Buffer.concat(parts.map((part) => Buffer.from(part)));

  #number(value: number, size: number): Buffer {
    const bytes = Buffer.alloc(size);
    const digits = Math.min(size, 6);
    if (this.#littleEndian) bytes.writeUIntLE(value, 0, digits);
    else bytes.writeUIntBE(value, size - digits, digits);
    return bytes;
  }
}
