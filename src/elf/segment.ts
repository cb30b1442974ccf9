import type { ElfHeader } from "./header.ts";
import type { ElfReader } from "./reader.ts";

/** A program header: a range of the file that the kernel maps (LOAD), or that the kernel or the loader reads. */
export interface Segment {
  readonly type: number;
  readonly executable: boolean;
  readonly offset: number;
  /** Link-time virtual address. */
  readonly address: number;
  /** Bytes in the file. The rest of a LOAD segment's memory (.bss) is not in the file. */
  readonly fileSize: number;
  readonly alignment: number;
}

export const SEGMENT_NOTE = 4;

const LOAD = 1;
const FLAG_EXECUTE = 1;

/** The kernel refuses programs with more than 64 KiB of program headers. */
const MAX_SIZE = 65_536;

/** The size of a header and the offsets of its members, by the size of an address. */
const ENTRIES = {
  8: { size: 56, flags: 4, offset: 8, address: 16, fileSize: 32, alignment: 48 },
  4: { size: 32, flags: 24, offset: 4, address: 8, fileSize: 16, alignment: 28 },
} as const;

export function readSegments(reader: ElfReader, { segmentTable }: ElfHeader): Segment[] {
  const { offset, count } = segmentTable;
  const entry = ENTRIES[reader.wordSize];
  if (count * entry.size > MAX_SIZE) {
    throw reader.corrupt(`${count} program headers exceed the limit of ${MAX_SIZE} bytes`);
  }
  const view = reader.view(offset, count * entry.size, "the program header table");
  return Array.from({ length: count }, (_, index) => {
    const at = index * entry.size;
    return {
      type: reader.u32(view, at),
      executable: (reader.u32(view, at + entry.flags) & FLAG_EXECUTE) !== 0,
      offset: reader.word(view, at + entry.offset),
      address: reader.word(view, at + entry.address),
      fileSize: reader.word(view, at + entry.fileSize),
      alignment: reader.word(view, at + entry.alignment),
    };
  });
}

/** Finds the LOAD segment whose bytes in the file include a link-time address; `null` if there is none. */
export function segmentAt(segments: readonly Segment[], address: number): Segment | null {
  return (
    segments.find(
      ({ type, address: start, fileSize }) =>
        type === LOAD && address >= start && address < start + fileSize,
    ) ?? null
  );
}
