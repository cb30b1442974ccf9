import type { Machine } from "../elf/header.ts";
import { parseAarch64Operand } from "./aarch64.ts";
import type { Argument, ArgumentSize } from "./argument.ts";
import type { Operand, ProbeSite } from "./operand.ts";
import { parseX8664Operand } from "./x86-64.ts";

const PARSERS: Readonly<Record<Machine, (text: string, site: ProbeSite) => Operand>> = {
  "x86-64": parseX8664Operand,
  aarch64: parseAarch64Operand,
};

/**
 * Splits a note's arguments at spaces, except those within brackets: `8@x0 -4@[sp, 96]` are two.
 * A bracket that is not closed takes the rest.
 */
export function splitArguments(text: string): string[] {
  return text.match(/(?:\[[^\]]*\]?|[^ [])+/g) ?? [];
}

/** Reads `SIZE@OPERAND`, e.g. `-4@%eax`. What cannot be read is an `unreadable` argument with its reason. */
export function parseArgument(text: string, machine: Machine, site: ProbeSite): Argument {
  const [, minus, digits, float, operandText] = /^(-?)(\d{1,3})(f?)@(.+)$/s.exec(text) ?? [];
  if (digits === undefined || operandText === undefined) {
    return { text, size: null, signed: false, kind: "unreadable", reason: "no SIZE@OPERAND" };
  }
  const signed = minus === "-";
  const size = argumentSize(Number(digits));
  if (size === null) {
    const reason = `${digits} bytes are not the width of an integer or pointer`;
    return { text, size, signed, kind: "unreadable", reason };
  }
  if (float === "f") {
    return { text, size, signed, kind: "unreadable", reason: "a floating-point number" };
  }
  const operand = PARSERS[machine](operandText, site);
  if (operand.kind === "constant") {
    return { text, size, signed, ...operand, value: narrow(operand.value, size, signed) };
  }
  return { text, size, signed, ...operand };
}

function argumentSize(bytes: number): ArgumentSize | null {
  return bytes === 1 || bytes === 2 || bytes === 4 || bytes === 8 ? bytes : null;
}

/** The value as the argument's type holds it: `4@$-1` is 4294967295. */
function narrow(value: bigint, size: ArgumentSize, signed: boolean): bigint {
  return signed ? BigInt.asIntN(8 * size, value) : BigInt.asUintN(8 * size, value);
}
