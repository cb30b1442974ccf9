import { TRACEPOINTS } from "../../contract/contract.ts";
import { type Recognition, recognise } from "../../contract/recognise.ts";
import { readElf } from "../../elf/elf.ts";
import type { ElfType, Machine } from "../../elf/header.ts";
import { buildId, type NoteProblem } from "../../elf/note.ts";
import { CorelensError } from "../../errors.ts";
import type { Probe } from "../../usdt/probe.ts";
import { readProbes } from "../../usdt/read-probes.ts";
import { readCoreVersion } from "./core-version.ts";
import { openFileSource } from "./file-source.ts";

/** An ELF file with its probes and the tracepoints that they were recognised as. */
export interface Binary {
  /** The path to show. */
  readonly path: string;
  readonly machine: Machine;
  readonly type: ElfType;
  /** The linker's build ID in hexadecimal digits, or null. */
  readonly buildId: string | null;
  /** The major version of Bitcoin Core in the file, if its notes match several releases. */
  readonly coreVersion: number | undefined;
  readonly probes: readonly Probe[];
  /** Notes that could not be read. */
  readonly problems: readonly NoteProblem[];
  readonly recognition: Recognition;
}

/**
 * @param path the path by which this process can open the file
 * @param shownPath the path to show in messages, if different
 * @throws CorelensError FILE_UNREADABLE, ELF_NOT_ELF, ELF_UNSUPPORTED, ELF_CORRUPT
 */
export function readBinary(path: string, shownPath = path): Binary {
  const source = openFileSource(path);
  try {
    const elf = readElf(source, shownPath);
    const { probes, problems } = readProbes(elf);
    const byNotes = recognise(probes);
    const decided = byNotes.releases?.since === byNotes.releases?.until;
    const coreVersion = decided ? undefined : readCoreVersion(elf);
    return {
      path: shownPath,
      machine: elf.machine,
      type: elf.type,
      buildId: buildId(elf),
      coreVersion,
      probes,
      problems,
      recognition: coreVersion === undefined ? byNotes : recognise(probes, coreVersion),
    };
  } finally {
    source.close();
  }
}

/** As `readBinary`, but null for files that are unreadable or have no probes: for a search of many files. */
export function tryReadBinary(path: string, shownPath = path): Binary | null {
  try {
    const binary = readBinary(path, shownPath);
    return binary.probes.length > 0 ? binary : null;
  } catch (error) {
    if (error instanceof CorelensError) return null;
    throw error;
  }
}

/** Whether the file is a Bitcoin Core node, or a program that declares the same tracepoints. */
export function isNode({ recognition }: Binary): boolean {
  return recognition.tracepoints.some(
    ({ name, status }) => status === "contract" && TRACEPOINTS.has(name),
  );
}
