import type { WordSize } from "../elf/reader.ts";
import type { Argument } from "./argument.ts";
import type { SiteInstruction } from "./site-instruction.ts";

/** One probe site: one `stapsdt` note. Inlining can give a probe several sites, each with its own arguments. */
export interface Probe {
  readonly provider: string;
  readonly name: string;
  /** Address of the probe's instruction in the note (before prelink adjustment). */
  readonly location: number;
  /** Address of `.stapsdt.base` when the file was linked. */
  readonly base: number;
  /** Address of the 16-bit semaphore in the note; 0 if the probe has none. */
  readonly semaphore: number;
  /** `location` after prelink adjustment: the link-time virtual address of the instruction. */
  readonly address: number;
  /** Offset of the instruction in the file; null if no executable segment holds it. */
  readonly fileOffset: number | null;
  /** What the program executes at the site; null if the file does not hold it. */
  readonly instruction: SiteInstruction | null;
  /** Offset of the semaphore in the file; null if there is none or the file does not hold it. */
  readonly semaphoreOffset: number | null;
  /** Bytes of an address on the file's machine. */
  readonly wordSize: WordSize;
  /** The note's arguments, e.g. `-8@%r12 8@%rbx`. */
  readonly argumentText: string;
  readonly arguments: readonly Argument[];
}

/** `provider:name`, the usual notation. */
export function probeName(probe: { readonly provider: string; readonly name: string }): string {
  return `${probe.provider}:${probe.name}`;
}

/** The reason why tracers cannot attach to a site in its file; null if they can. */
export function obstacleOf({
  fileOffset,
  semaphore,
  semaphoreOffset,
}: Pick<Probe, "fileOffset" | "semaphore" | "semaphoreOffset">): string | null {
  if (fileOffset === null) return "its code is not in this file";
  // The program skips the site while the semaphore is 0, so the probe would never fire.
  if (semaphore !== 0 && semaphoreOffset === null) return "its semaphore is not in this file";
  return null;
}
