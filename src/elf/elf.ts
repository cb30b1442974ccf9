import { type ElfType, type Machine, readHeader } from "./header.ts";
import { ElfReader } from "./reader.ts";
import { readSections, type Section } from "./section.ts";
import { readSegments, type Segment } from "./segment.ts";
import type { ByteSource } from "./source.ts";

/**
 * The tables of an ELF program or shared object. Notes (note.ts) and symbols (symbol.ts) are read on
 * demand, so a binary of any size needs only a few small reads.
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
 * @param path the name of the file in messages
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
