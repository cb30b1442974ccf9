/*
 * The layout of a note. A section or segment of notes holds one after the other:
 *
 *   ┌────────┬────────┬──────┬───────────────────┬─────────────────────┐
 *   │ namesz │ descsz │ type │ owner\0  padding  │ descriptor  padding │
 *   └────────┴────────┴──────┴───────────────────┴─────────────────────┘
 *    4 bytes each             padded to 4 bytes; in areas aligned to 8, to 8
 *
 * A reader finds the next note only by these sizes. If they are garbled, it skips the rest of that area.
 */
import { alignUp } from "../util/align.ts";
import type { ElfFile } from "./elf.ts";
import type { ElfReader } from "./reader.ts";
import { SECTION_NOTE } from "./section.ts";
import { SEGMENT_NOTE } from "./segment.ts";

export interface Note {
  /** The namespace of the note's type, e.g. `GNU`, `stapsdt`. */
  readonly owner: string;
  readonly type: number;
  /** Where the note begins in the file. */
  readonly offset: number;
  readonly descriptor: Uint8Array;
}

/** A note that cannot be read. Other notes are unaffected if they can still be found. */
export interface NoteProblem {
  /** Where the note begins in the file. */
  readonly offset: number;
  readonly reason: string;
}

const HEADER_SIZE = 12;
const BUILD_ID = 3;

/** Real programs have at most a few hundred KiB of notes. The limit rejects files made to exhaust memory. */
const MAX_TOTAL_SIZE = 4 << 20;

/**
 * Reads all notes in the order of their sections, or of their segments if the section headers were stripped.
 * @throws CorelensError ELF_CORRUPT if a section or segment of notes is outside the file or too large
 */
export function readNotes(elf: ElfFile): { notes: Note[]; problems: NoteProblem[] } {
  const areas =
    elf.sections.length > 0
      ? elf.sections.filter(({ type }) => type === SECTION_NOTE)
      : elf.segments
          .filter(({ type }) => type === SEGMENT_NOTE)
          .map(({ offset, fileSize, alignment }) => ({ offset, size: fileSize, alignment }));
  const total = areas.reduce((sum, { size }) => sum + size, 0);
  if (total > MAX_TOTAL_SIZE) {
    throw elf.reader.corrupt(`${total} bytes of notes exceed the limit of ${MAX_TOTAL_SIZE}`);
  }

  const notes: Note[] = [];
  const problems: NoteProblem[] = [];
  for (const { offset, size, alignment } of areas) {
    const area = elf.reader.bytes(offset, size, "a section of notes");
    const padding = alignment === 8 ? 8 : 4;
    for (let at = 0; at < size; ) {
      const note = noteAt(elf.reader, area, at, padding);
      if (note === null) {
        problems.push({
          offset: offset + at,
          reason: "the note exceeds its section; the rest of the section is skipped",
        });
        break;
      }
      notes.push({ ...note, offset: offset + at });
      at = note.end;
    }
  }
  return { notes, problems };
}

/** The build ID that the linker wrote, in hexadecimal digits; `null` if the file has none. */
export function buildId(elf: ElfFile): string | null {
  const note = readNotes(elf).notes.find(({ owner, type }) => owner === "GNU" && type === BUILD_ID);
  return note === undefined ? null : Buffer.from(note.descriptor).toString("hex");
}

function noteAt(reader: ElfReader, area: Uint8Array, at: number, padding: number) {
  if (at + HEADER_SIZE > area.length) {
    return null;
  }
  const header = new DataView(area.buffer, area.byteOffset + at, HEADER_SIZE);
  const nameSize = reader.u32(header, 0);
  const descriptorSize = reader.u32(header, 4);
  const nameStart = at + HEADER_SIZE;
  const start = alignUp(nameStart + nameSize, padding);
  if (start + descriptorSize > area.length) {
    return null;
  }
  return {
    owner: ownerName(area.subarray(nameStart, nameStart + nameSize)),
    type: reader.u32(header, 8),
    descriptor: area.subarray(start, start + descriptorSize),
    end: alignUp(start + descriptorSize, padding),
  };
}

/** Owners are short ASCII names; a longer one is truncated. */
function ownerName(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(bytes.subarray(0, end < 0 ? bytes.length : end)).toString("latin1", 0, 64);
}
