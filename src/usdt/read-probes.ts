/*
 * From notes to probes.
 *
 * A note tells addresses as of linking. Prelinking moves a finished file's contents without touching its notes, so
 * each note also holds the address that the one-byte section `.stapsdt.base` had: its distance to where that section
 * is now is what the note's addresses are off by. The kernel wants offsets in the file rather than addresses; the
 * LOAD segments tell which part of the file lies at which address.
 */
import type { ElfFile } from "../elf/elf.ts";
import { type NoteProblem, readNotes } from "../elf/note.ts";
import { placeOf } from "../elf/place.ts";
import { type ElfSymbol, findSymbols } from "../elf/symbol.ts";
import { CorelensError } from "../errors.ts";
import { parseArgument, splitArguments } from "./parse-argument.ts";
import type { Probe } from "./probe.ts";
import { isStapsdt, parseStapsdt, type StapsdtNote } from "./stapsdt-note.ts";

export interface ProbeNotes {
  /** In the order of their notes. */
  readonly probes: readonly Probe[];
  /** Notes that could not be read. */
  readonly problems: readonly NoteProblem[];
}

type SymbolLookup = (name: string) => ElfSymbol | null;

/**
 * Reads every probe site of a file. A garbled note is a problem in the result and hides no other probe.
 * @throws CorelensError ELF_CORRUPT when the notes cannot be reached at all
 */
export function readProbes(elf: ElfFile): ProbeNotes {
  const { notes, problems } = readNotes(elf);
  const readable: StapsdtNote[] = [];
  for (const note of notes.filter(isStapsdt)) {
    const parsed = parseStapsdt(note, elf.reader);
    if ("reason" in parsed) {
      problems.push({ offset: note.offset, reason: parsed.reason });
    } else {
      readable.push(parsed);
    }
  }
  const base = elf.sections.find(({ name }) => name === ".stapsdt.base")?.address ?? 0;
  const toProbes = (symbol: SymbolLookup) =>
    readable.map((note) => probeOf(elf, note, base, symbol));

  // Symbol tables are large and hardly ever needed: parsing once without them tells which names to look for.
  const wanted = new Set<string>();
  const probes = toProbes((name) => {
    wanted.add(name);
    return null;
  });
  if (wanted.size === 0) {
    return { probes, problems };
  }
  const symbols = symbolsOrNone(elf, wanted);
  return { probes: toProbes((name) => symbols.get(name) ?? null), problems };
}

function probeOf(elf: ElfFile, note: StapsdtNote, base: number, symbol: SymbolLookup): Probe {
  const { wordSize } = elf.reader;
  const moved = base === 0 || note.base === 0 ? 0 : base - note.base;
  const address = note.location + moved;
  const place = placeOf(elf, address);
  const semaphore = note.semaphore === 0 ? null : placeOf(elf, note.semaphore + moved);
  return {
    ...note,
    wordSize,
    address,
    fileOffset: place?.executable ? place.offset : null,
    semaphoreOffset: semaphore?.offset ?? null,
    arguments: splitArguments(note.argumentText).map((text) =>
      parseArgument(text, elf.machine, { address, wordSize, symbol }),
    ),
  };
}

/** A broken symbol table costs the arguments that need it, not the probes. */
function symbolsOrNone(elf: ElfFile, names: ReadonlySet<string>): Map<string, ElfSymbol> {
  try {
    return findSymbols(elf, names);
  } catch (error) {
    if (error instanceof CorelensError) {
      return new Map();
    }
    throw error;
  }
}
