import type { WordSize } from "../elf/reader.ts";
import type { Operand } from "./argument.ts";

/** What follows `SIZE@` in an argument's specification, or why it cannot be read. */
export type ParsedOperand = Operand | { readonly kind: "unreadable"; readonly reason: string };

/** What an operand can refer to besides registers: the place it stands at and the symbols of its file. */
export interface ProbeSite {
  /** Link-time virtual address of the probe's instruction. */
  readonly address: number;
  /** Bytes of a pointer; 8 when left out. */
  readonly wordSize?: WordSize;
  /** `null` when the file has no such symbol or several. */
  symbol(name: string): { readonly value: number; readonly fixed: boolean } | null;
}

/** A number as assemblers write it: `96`, `-1`, `0x10`. At most 64 bits: more digits are no number of a compiler. */
export const NUMBER = String.raw`-?(?:0x[\da-fA-F]{1,16}|\d{1,20})`;

export function parseNumber(text: string): bigint {
  return text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
}

export function unreadable(reason: string): ParsedOperand {
  return { kind: "unreadable", reason };
}
