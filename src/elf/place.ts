import type { ElfFile } from "./elf.ts";
import { SECTION_NOBITS } from "./section.ts";
import { segmentAt } from "./segment.ts";

/** The location in the file of a byte of the program's memory. */
export interface Place {
  readonly offset: number;
  /** Whether its segment is executable. */
  readonly executable: boolean;
}

/**
 * Finds the place of a link-time address. Returns null if the file does not hold that byte: in `.bss`, and everywhere
 * in a file of debug information, which describes the program's code but does not contain it. In such a file
 * `objcopy --only-keep-debug` empties the segments; `eu-strip -f` keeps the segments and empties only the sections.
 */
export function placeOf({ segments, sections, reader }: ElfFile, address: number): Place | null {
  const segment = segmentAt(segments, address);
  if (segment === null) return null;
  const isEmpty = sections.some(
    (section) =>
      section.type === SECTION_NOBITS &&
      // A thread-local section shares its addresses with the section that follows it.
      !section.threadLocal &&
      address >= section.address &&
      address < section.address + section.size,
  );
  const offset = address - segment.address + segment.offset;
  if (isEmpty || offset >= reader.source.size) return null;
  return { offset, executable: segment.executable };
}
