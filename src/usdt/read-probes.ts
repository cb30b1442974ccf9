/*
 * Reads probes from notes.
 *
 * A note holds link-time addresses. Prelinking moves the contents of a linked file, but does not change its notes. So
 * each note also holds the link-time address of the one-byte section `.stapsdt.base`. The difference between the
 * present address of that section and its link-time address corrects the other addresses. The kernel needs offsets in
 * the file instead of addresses; the LOAD segments map addresses to offsets.
 */
import type { ElfFile } from "../elf/elf.ts";
import { type NoteProblem, readNotes } from "../elf/note.ts";
import { placeOf } from "../elf/place.ts";
import { type ElfSymbol, findSymbols } from "../elf/symbol.ts";
import { CorelensError } from "../errors.ts";
import { parseArgument, splitArguments } from "./parse-argument.ts";
import type { Probe } from "./probe.ts";
import { siteInstruction } from "./site-instruction.ts";
import { isStapsdt, parseStapsdt, type StapsdtNote } from "./stapsdt-note.ts";

export interface ProbeNotes {
  /** The probes in the order of their notes. */
  readonly probes: readonly Probe[];
  /** Notes that could not be read. */
  readonly problems: readonly NoteProblem[];
}

type SymbolLookup = (name: string) => ElfSymbol | null;

/**
 * Reads all probe sites of a file. The result lists a garbled note as a problem; other probes are unaffected.
 * @throws CorelensError ELF_CORRUPT if the notes cannot be located
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

  // Symbol tables are large and rarely needed. The first pass, without symbols, collects the names to find.
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
    instruction: place?.executable ? siteInstruction(elf, place.offset) : null,
    semaphoreOffset: semaphore?.offset ?? null,
    arguments: splitArguments(note.argumentText).map((text) =>
      parseArgument(text, elf.machine, { address, wordSize, symbol }),
    ),
  };
}

/** If the symbol table is broken, only the arguments that need it are unreadable. */
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
