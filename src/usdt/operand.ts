import type { WordSize } from "../elf/reader.ts";
import type { Operand } from "./argument.ts";

/** The operand after `SIZE@` in an argument, or the reason why it cannot be read. */
export type ParsedOperand = Operand | { readonly kind: "unreadable"; readonly reason: string };

/** What an operand can refer to besides registers: the probe's instruction and the symbols of its file. */
export interface ProbeSite {
  /** Link-time virtual address of the probe's instruction. */
  readonly address: number;
  /** Bytes of a pointer; 8 by default. */
  readonly wordSize?: WordSize;
  /** Returns null if the file has no symbol of this name, or several. */
  symbol(name: string): { readonly value: number; readonly fixed: boolean } | null;
}

/** A number in assembler notation: `96`, `-1`, `0x10`. Compilers write at most 64 bits. */
export const NUMBER = String.raw`-?(?:0x[\da-fA-F]{1,16}|\d{1,20})`;

export function parseNumber(text: string): bigint {
  return text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
}

export function unreadable(reason: string): ParsedOperand {
  return { kind: "unreadable", reason };
}
