import { type ElfType, type Machine, readHeader } from "./header.ts";
import { ElfReader } from "./reader.ts";
import { readSections, type Section } from "./section.ts";
import { readSegments, type Segment } from "./segment.ts";
import type { ByteSource } from "./source.ts";

/**
 * An ELF program or shared object, as far as its tables go. Notes (note.ts) and symbols
 * (symbol.ts) are read when asked for, so that a binary of any size costs a few small reads.
 */
export interface ElfFile {
  readonly path: string;
  readonly machine: Machine;
  readonly type: ElfType;
  readonly segments: readonly Segment[];
  /** Empty when section headers were stripped. */
  readonly sections: readonly Section[];
  readonly reader: ElfReader;
}

/**
 * @param path what messages call the file
 * @throws CorelensError ELF_NOT_ELF, ELF_UNSUPPORTED or ELF_CORRUPT
 */
export function readElf(source: ByteSource, path: string): ElfFile {
  const reader = new ElfReader(source, path);
  const header = readHeader(reader);
  return {
    path,
    machine: header.machine,
    type: header.type,
    segments: readSegments(reader, header),
    sections: readSections(reader, header),
    reader,
  };
}
