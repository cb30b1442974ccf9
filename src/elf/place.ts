import type { ElfFile } from "./elf.ts";
import { SECTION_NOBITS } from "./section.ts";
import { segmentAt } from "./segment.ts";

/** Where a byte of the program's memory lies in the file. */
export interface Place {
  readonly offset: number;
  /** Its segment is executed. */
  readonly executable: boolean;
}

/**
 * The place of a link-time address; null where the file does not hold that byte: in `.bss`, and everywhere in a file
 * of debug information, which describes the program's code without having it. `objcopy --only-keep-debug` leaves such
 * a file's segments empty, `eu-strip -f` leaves them as they were and empties the sections only.
 */
export function placeOf({ segments, sections, reader }: ElfFile, address: number): Place | null {
  const segment = segmentAt(segments, address);
  if (segment === null) return null;
  const isEmpty = sections.some(
    (section) =>
      section.type === SECTION_NOBITS &&
      // The addresses of thread-local ones are those of what follows them.
      !section.threadLocal &&
      address >= section.address &&
      address < section.address + section.size,
  );
  const offset = address - segment.address + segment.offset;
  if (isEmpty || offset >= reader.source.size) return null;
  return { offset, executable: segment.executable };
}
