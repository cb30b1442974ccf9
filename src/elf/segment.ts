import type { ElfHeader } from "./header.ts";
import type { ElfReader } from "./reader.ts";

/** A program header: what the kernel maps (LOAD), or what it and the loader look at. */
export interface Segment {
  readonly type: number;
  readonly executable: boolean;
  readonly offset: number;
  /** Link-time virtual address. */
  readonly address: number;
  /** Bytes in the file; the rest of a LOAD segment's memory (.bss) is not there. */
  readonly fileSize: number;
  readonly alignment: number;
}

export const SEGMENT_NOTE = 4;

const LOAD = 1;
const FLAG_EXECUTE = 1;

/** The kernel starts no program with more than 64 KiB of program headers. */
const MAX_SIZE = 65_536;

/** Where a header's members lie, by the size of an address. */
const ENTRIES = {
  8: { size: 56, flags: 4, offset: 8, address: 16, fileSize: 32, alignment: 48 },
  4: { size: 32, flags: 24, offset: 4, address: 8, fileSize: 16, alignment: 28 },
} as const;

export function readSegments(reader: ElfReader, { segmentTable }: ElfHeader): Segment[] {
  const { offset, count } = segmentTable;
  const entry = ENTRIES[reader.wordSize];
  if (count * entry.size > MAX_SIZE) {
    throw reader.corrupt(`it claims ${count} program headers`);
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

/** The LOAD segment whose bytes in the file include a link-time address; `null` when none does. */
export function segmentAt(segments: readonly Segment[], address: number): Segment | null {
  return (
    segments.find(
      ({ type, address: start, fileSize }) =>
        type === LOAD && address >= start && address < start + fileSize,
    ) ?? null
  );
}
