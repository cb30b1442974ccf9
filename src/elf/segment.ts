import { type ElfHeader, SEGMENT_ENTRY_SIZE } from "./header.ts";
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
const MAX_COUNT = Math.floor(65_536 / SEGMENT_ENTRY_SIZE);

export function readSegments(reader: ElfReader, { segmentTable }: ElfHeader): Segment[] {
  const { offset, count } = segmentTable;
  if (count > MAX_COUNT) {
    throw reader.corrupt(`it claims ${count} program headers`);
  }
  const view = reader.view(offset, count * SEGMENT_ENTRY_SIZE, "the program header table");
  return Array.from({ length: count }, (_, index) => {
    const at = index * SEGMENT_ENTRY_SIZE;
    return {
      type: view.getUint32(at, true),
      executable: (view.getUint32(at + 4, true) & FLAG_EXECUTE) !== 0,
      offset: reader.u64(view, at + 8),
      address: reader.u64(view, at + 16),
      fileSize: reader.u64(view, at + 32),
      alignment: reader.u64(view, at + 48),
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
