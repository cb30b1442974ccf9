import type { Machine } from "../elf/header.ts";
import { aarch64Pair, parseAarch64Operand } from "./aarch64.ts";
import type { Argument, ArgumentSize } from "./argument.ts";
import { type ParsedOperand, type ProbeSite, unreadable } from "./operand.ts";
import { wordsOf } from "./words.ts";
import { parseX8664Operand, x8664Pair } from "./x86-64.ts";

interface Syntax {
  readonly parse: (text: string, site: ProbeSite) => ParsedOperand;
  /** The register that holds the high word of a value whose low word is in `register`; null if there is none. */
  readonly pair: (register: string) => string | null;
}

/** The syntaxes of the machines whose programs can be traced. */
const SYNTAXES: Readonly<Partial<Record<Machine, Syntax>>> = {
  "x86-64": { parse: parseX8664Operand, pair: x8664Pair },
  aarch64: { parse: parseAarch64Operand, pair: aarch64Pair },
};

/**
 * Splits a note's arguments at spaces outside of brackets: `8@x0 -4@[sp, 96]` are two arguments.
 * An open bracket without a closing one includes the rest of the text.
 */
export function splitArguments(text: string): string[] {
  return text.match(/(?:\[[^\]]*\]?|[^ [])+/g) ?? [];
}

/**
 * Parses `SIZE@OPERAND`, e.g. `-4@%eax`, or an operand without a size. Returns an `unreadable` argument with the
 * reason if that fails.
 */
export function parseArgument(text: string, machine: Machine, site: ProbeSite): Argument {
  const form = formOf(text, site.wordSize ?? 8);
  if (form === null) {
    return { text, size: null, signed: false, kind: "unreadable", reason: "not SIZE@OPERAND" };
  }
  const { bytes, signed, float, operandText } = form;
  const shape = { text, signed, ...(float && { float }) };
  if (bytes === 0 || bytes > MAX_BYTES) {
    const reason = `a value of ${bytes} bytes cannot be read (1 to ${MAX_BYTES} can)`;
    return { ...shape, size: null, kind: "unreadable", reason };
  }
  const syntax = SYNTAXES[machine];
  if (syntax === undefined) return { ...shape, size: bytes, kind: "foreign" };
  if (float && bytes !== 4 && bytes !== 8) {
    const reason = `a floating-point number of ${bytes} bytes`;
    return { ...shape, size: bytes, kind: "unreadable", reason };
  }
  const operand = syntax.parse(operandText, site);
  if (operand.kind === "unreadable") return { ...shape, size: bytes, ...operand };
  const size = argumentSize(bytes);
  if (size === null) {
    const words = wordsOf(operand, bytes, (register) => {
      const other = syntax.pair(register);
      return other === null
        ? unreadable(`the register with the rest of ${operandText} is unknown`)
        : syntax.parse(other, site);
    });
    if ("reason" in words) return { ...shape, size: bytes, ...words };
    return { text, signed, size: bytes, kind: "words", words };
  }
  if (operand.kind === "constant") {
    return { ...shape, size, ...operand, value: narrow(operand.value, size, signed) };
  }
  return { ...shape, size, ...operand };
}

/** Larger structs are rarely passed by value. To read them, programs would become too long. */
const MAX_BYTES = 64;

interface Form {
  readonly bytes: number;
  readonly signed: boolean;
  readonly float: true | undefined;
  readonly operandText: string;
}

function formOf(text: string, wordSize: number): Form | null {
  const [, minus, digits, float, operandText] = /^(-?)(\d{1,3})(f?)@(.+)$/s.exec(text) ?? [];
  if (digits !== undefined && operandText !== undefined) {
    return {
      bytes: Number(digits),
      signed: minus === "-",
      float: float === "f" ? true : undefined,
      operandText,
    };
  }
  // Handwritten assembler may omit the size: gdb, SystemTap and BCC then read a word.
  if (text.includes("@")) return null;
  return { bytes: wordSize, signed: false, float: undefined, operandText: text };
}

function argumentSize(bytes: number): ArgumentSize | null {
  return bytes === 1 || bytes === 2 || bytes === 4 || bytes === 8 ? bytes : null;
}

/** The value in an integer type of this size and sign: `4@$-1` is 4294967295. */
function narrow(value: bigint, size: ArgumentSize, signed: boolean): bigint {
  return signed ? BigInt.asIntN(8 * size, value) : BigInt.asUintN(8 * size, value);
}
