import type { WordSize } from "../elf/reader.ts";
import type { Argument } from "./argument.ts";

/** One probe site: one `stapsdt` note. Inlining can give a name several sites, each with its own arguments. */
export interface Probe {
  readonly provider: string;
  readonly name: string;
  /** Address of the probe's instruction as the note has it (before prelink adjustment). */
  readonly location: number;
  /** Address of `.stapsdt.base` when the note was made. */
  readonly base: number;
  /** Address of the 16-bit semaphore as the note has it, or 0 when the probe has none. */
  readonly semaphore: number;
  /** `location` after prelink adjustment: the link-time virtual address of the instruction. */
  readonly address: number;
  /** Where the instruction lies in the file; null when no executable segment holds it. */
  readonly fileOffset: number | null;
  /** Where the semaphore lies in the file; null when there is none or no segment holds it in the file. */
  readonly semaphoreOffset: number | null;
  /** Bytes of an address of the machine that the file is made for. */
  readonly wordSize: WordSize;
  /** The note's arguments, e.g. `-8@%r12 8@%rbx`. */
  readonly argumentText: string;
  readonly arguments: readonly Argument[];
}

/** `provider:name`, the way everyone writes it. */
export function probeName(probe: { readonly provider: string; readonly name: string }): string {
  return `${probe.provider}:${probe.name}`;
}

/** Why no tracer can attach to a site by its file; null when one can. */
export function obstacleOf({
  fileOffset,
  semaphore,
  semaphoreOffset,
}: Pick<Probe, "fileOffset" | "semaphore" | "semaphoreOffset">): string | null {
  if (fileOffset === null) return "its code is not in this file";
  // The site would never be reached: its program jumps over it while the semaphore is 0.
  if (semaphore !== 0 && semaphoreOffset === null) return "its semaphore is not in this file";
  return null;
}
