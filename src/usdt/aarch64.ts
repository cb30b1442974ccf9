/*
 * The operands that GCC and Clang write into notes for 64-bit ARM:
 *
 *   x19  w3                       a register
 *   5  -1                         a constant
 *   [x0]  [sp, 96]                memory: [base, displacement]
 *   [x0, x1]  [x0, x1, lsl 3]     memory: [base, index, shift]
 *   [x0, #:lo12:.LANCHOR0]        the low bits of a variable's address, which only the linker computes
 */
import type { ArgumentSize, Register } from "./argument.ts";
import { NUMBER, type ParsedOperand, parseNumber, unreadable } from "./operand.ts";

const REGISTERS: ReadonlyMap<string, Register> = new Map(
  [
    ...Array.from({ length: 31 }, (_, number) => [
      register(`x${number}`, 8 * number, 8),
      register(`w${number}`, 8 * number, 4),
    ]).flat(),
    register("sp", 248, 8),
    // Some compilers write the number of the stack pointer.
    register("x31", 248, 8),
    register("pc", 256, 8),
  ].map((entry) => [entry.name, entry]),
);

/** The operand that holds the high word of a value whose low word is in `register`; null if there is none. */
export function aarch64Pair(register: string): string | null {
  const number = Number(/^x(\d+)$/.exec(register)?.[1] ?? Number.NaN);
  return number < 30 ? `x${number + 1}` : null;
}

const CONSTANT = new RegExp(`^#?(${NUMBER})$`);
const DISPLACED = new RegExp(`^\\[(\\w+)(?:, ?#?(${NUMBER}))?\\]$`);
const INDEXED = /^\[(\w+), ?(x\d+)(?:, ?lsl #?([0-3]))?\]$/;

export function parseAarch64Operand(text: string): ParsedOperand {
  const constant = CONSTANT.exec(text);
  if (constant !== null) {
    return { kind: "constant", value: parseNumber(constant[1]!) };
  }
  // These registers always read as zero.
  if (text === "xzr" || text === "wzr") {
    return { kind: "constant", value: 0n };
  }
  if (text.startsWith("[")) {
    return parseMemory(text);
  }
  const found = REGISTERS.get(text);
  if (/^[bhsdqv]\d+\b/.test(text)) {
    return unreadable(`${text} is a vector register, which tracers cannot read`);
  }
  return found === undefined
    ? unreadable(`${text} is not a register that tracers can read`)
    : { kind: "register", register: found };
}

function parseMemory(text: string): ParsedOperand {
  // [x0]  [sp, 96]  [sp, #-16]
  const displaced = DISPLACED.exec(text);
  if (displaced !== null) {
    const base = REGISTERS.get(displaced[1]!);
    const displacement = Number(parseNumber(displaced[2] ?? "0"));
    return base?.width === 8 && displacement === (displacement | 0)
      ? { kind: "memory", base, index: null, scale: 1, displacement }
      : unreadable(`${text} has no 64-bit base register or a displacement out of range`);
  }
  // [x0, x1]  [x0, x1, lsl 3]
  const indexed = INDEXED.exec(text);
  if (indexed !== null) {
    const base = REGISTERS.get(indexed[1]!);
    const index = REGISTERS.get(indexed[2]!);
    const scale = (1 << Number(indexed[3] ?? 0)) as 1 | 2 | 4 | 8;
    return base?.width === 8 && index !== undefined
      ? { kind: "memory", base, index, scale, displacement: 0 }
      : unreadable(`${text} has a part that is not a 64-bit register`);
  }
  // [x0, #:lo12:.LANCHOR0]
  if (text.includes(":lo12:")) {
    return unreadable(`${text} needs an address that only the linker computes`);
  }
  // [x0, w1, sxtw 3]
  if (/[su]xt[wx]/.test(text)) {
    return unreadable(`${text} extends its index, which is not supported`);
  }
  return unreadable(`${text} is not an operand`);
}

function register(name: string, offset: number, width: ArgumentSize): Register {
  return { name, offset, shift: 0, width };
}
