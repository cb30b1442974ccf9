import type { Argument } from "./argument.ts";

type Without<A extends Argument> = A extends Argument ? Omit<A, "text" | "size" | "signed"> : never;

/** What follows `SIZE@` in an argument's specification. */
export type Operand = Without<Argument>;

/** What an operand can refer to besides registers: the place it stands at and the symbols of its file. */
export interface ProbeSite {
  /** Link-time virtual address of the probe's instruction. */
  readonly address: number;
  /** `null` when the file has no such symbol or several. */
  symbol(name: string): { readonly value: number; readonly fixed: boolean } | null;
}

/** A number as assemblers write it: `96`, `-1`, `0x10`. At most 64 bits: more digits are no number of a compiler. */
export const NUMBER = String.raw`-?(?:0x[\da-fA-F]{1,16}|\d{1,20})`;

export function parseNumber(text: string): bigint {
  return text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
}

export function unreadable(reason: string): Operand {
  return { kind: "unreadable", reason };
}
