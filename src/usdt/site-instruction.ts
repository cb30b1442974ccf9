import type { ElfFile } from "../elf/elf.ts";

/**
 * The instruction at a probe site. It decides where a tracer can attach without damage:
 *
 *     nop          90                        the kernel sets a trap; safe on every kernel
 *     nop5         0f 1f 44 00 00            Linux 6.18 replaces it with a call, which writes 32 bytes below the
 *                                            stack pointer: the red zone, where a leaf function keeps its values
 *     nop5-ret     nop5, then c3             the same, but the function returns at once and keeps nothing there
 *     nop-nop5     90, then nop5             safe at the first byte
 *     nop-nop10    90, then 66 2e 0f 1f 84 … safe at the first byte; kernels after 7.2 make the second one fast
 *     other        anything else             the kernel steps over it; safe
 */
export type SiteInstruction = "nop" | "nop5" | "nop5-ret" | "nop-nop5" | "nop-nop10" | "other";

export const NOP = [0x90] as const;
export const NOP5 = [0x0f, 0x1f, 0x44, 0x00, 0x00] as const;
export const NOP10 = [0x66, 0x2e, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00] as const;
export const RET = [0xc3] as const;
const AARCH64_NOP = [0x1f, 0x20, 0x03, 0xd5];

const X86_FORMS: readonly (readonly [SiteInstruction, readonly number[]])[] = [
  ["nop-nop10", [...NOP, ...NOP10]],
  ["nop-nop5", [...NOP, ...NOP5]],
  ["nop", NOP],
  ["nop5-ret", [...NOP5, ...RET]],
  ["nop5", NOP5],
];
const MAX_BYTES = NOP.length + NOP10.length;

/** @param offset of the site in the file; its code is there */
export function siteInstruction(
  { machine, reader: { source } }: ElfFile,
  offset: number,
): SiteInstruction {
  const bytes = source.read(offset, Math.min(MAX_BYTES, source.size - offset));
  const startsWith = (form: readonly number[]) => form.every((byte, i) => bytes[i] === byte);
  if (machine !== "x86-64") return startsWith(AARCH64_NOP) ? "nop" : "other";
  return X86_FORMS.find(([, form]) => startsWith(form))?.[0] ?? "other";
}
