/*
 * The operands in AT&T syntax that GCC and Clang write into notes:
 *
 *   %r12                          a register, of any width
 *   $-1                           a constant
 *   -1744(%rbp)                   memory: displacement(base)
 *   -8(%rax,%rbx,4)  (,%rax,8)    memory: displacement(base,index,scale)
 *   counter+8(%rip)               memory: a variable of the same file, at a fixed distance from the probe
 *   6295616  counter              memory: an address, in files that loading does not relocate
 */
import type { ArgumentSize, Operand, Register } from "./argument.ts";
import { NUMBER, type ParsedOperand, type ProbeSite, parseNumber, unreadable } from "./operand.ts";

const REGISTERS: ReadonlyMap<string, Register> = new Map(
  [
    ...legacyRegisters("a", 80),
    ...legacyRegisters("b", 40),
    ...legacyRegisters("c", 88),
    ...legacyRegisters("d", 96),
    ...pointerRegisters("si", 104),
    ...pointerRegisters("di", 112),
    ...pointerRegisters("bp", 32),
    ...pointerRegisters("sp", 152),
    ...numberedRegisters(8, 72),
    ...numberedRegisters(9, 64),
    ...numberedRegisters(10, 56),
    ...numberedRegisters(11, 48),
    ...numberedRegisters(12, 24),
    ...numberedRegisters(13, 16),
    ...numberedRegisters(14, 8),
    ...numberedRegisters(15, 0),
    register("rip", 128, 8),
  ].map((entry) => [entry.name, entry]),
);

const CONSTANT = new RegExp(`^${NUMBER}$`);

/** Registers in the order of their numbers in GCC: a value of 16 bytes occupies two consecutive ones. */
const PAIRED = ["rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp"];

/** The operand that holds the high word of a value whose low word is in `register`; null if there is none. */
export function x8664Pair(register: string): string | null {
  const at = PAIRED.indexOf(register);
  const next = at < 0 ? undefined : PAIRED[at + 1];
  return next === undefined ? null : `%${next}`;
}

export function parseX8664Operand(text: string, site: ProbeSite): ParsedOperand {
  if (text.startsWith("$")) {
    return parseConstant(text.slice(1), site);
  }
  // %fs:-16, %fs:counter@tpoff
  if (/^%[c-gs]s:/.test(text)) {
    return unreadable(`${text} is relative to a segment register (a thread-local variable)`);
  }
  if (text.startsWith("%")) {
    const found = REGISTERS.get(text.slice(1));
    if (/^%[xyz]mm\d+$/.test(text)) {
      return unreadable(`${text} is a vector register, which tracers cannot read`);
    }
    return found === undefined
      ? unreadable(`${text} is not a register that tracers can read`)
      : { kind: "register", register: found };
  }
  return parseMemory(text, site);
}

/** `$5`, `$-1`, `$0x10`; `$counter+8` is the address of a variable. */
function parseConstant(text: string, site: ProbeSite): ParsedOperand {
  if (CONSTANT.test(text)) {
    return { kind: "constant", value: parseNumber(text) };
  }
  const sum = parseSum(text);
  if (typeof sum === "string" || sum.symbol === null) {
    return unreadable(`$${text} is not a constant`);
  }
  const symbol = site.symbol(sum.symbol);
  if (!symbol?.fixed) {
    return unreadable(`the file does not contain the address of ${sum.symbol}`);
  }
  return { kind: "constant", value: BigInt(symbol.value + sum.number) };
}

function parseMemory(text: string, site: ProbeSite): ParsedOperand {
  const [, sumText, addressText] = /^([^()]*)(?:\(([^()]*)\))?$/.exec(text) ?? [];
  if (sumText === undefined || (sumText === "" && addressText === undefined)) {
    return unreadable(`${text} is not an operand`);
  }
  const sum = parseSum(sumText);
  if (typeof sum === "string") {
    return unreadable(sum);
  }
  const address = addressText === undefined ? NO_REGISTERS : parseAddress(addressText);
  if (typeof address === "string") {
    return unreadable(address);
  }
  const { base, index, scale } = address;
  const memory = { kind: "memory", base, index, scale, displacement: sum.number } as const;
  if (sum.symbol === null) {
    return reachable(memory);
  }

  const symbol = site.symbol(sum.symbol);
  if (symbol === null) {
    return unreadable(`the file has no symbol ${sum.symbol}, or several of that name`);
  }
  const target = symbol.value + sum.number;
  if (base === "probe" || (base === null && !symbol.fixed)) {
    return reachable({ ...memory, base: "probe", displacement: target - site.address });
  }
  return symbol.fixed
    ? reachable({ ...memory, displacement: target })
    : unreadable(`${text} adds a register to an address that the file does not contain`);
}

/** The displacement from a register has 32 bits. An address without a register can be any address of user space. */
function reachable(memory: Extract<Operand, { kind: "memory" }>): ParsedOperand {
  const { base, displacement } = memory;
  const reached =
    base === null || base === "probe"
      ? Number.isSafeInteger(displacement)
      : displacement === (displacement | 0);
  return reached ? memory : unreadable(`the displacement ${displacement} is out of range`);
}

interface Address {
  readonly base: Register | "probe" | null;
  readonly index: Register | null;
  readonly scale: 1 | 2 | 4 | 8;
}

const NO_REGISTERS: Address = { base: null, index: null, scale: 1 };

/** Parses the text in parentheses: `%rbp`; `%rax,%rbx`; `%rax,%rbx,4`; `,%rax,8`; `%rip`. Returns a reason if it fails. */
function parseAddress(text: string): Address | string {
  const [matched, baseName, indexName, scale] =
    /^(?:%(\w+))?(?:,%(\w+)(?:,([1248]))?)?$/.exec(text) ?? [];
  if (!matched) {
    return `(${text}) is not an address`;
  }
  const base = baseName === undefined ? null : wideRegister(baseName);
  const index = indexName === undefined ? null : wideRegister(indexName);
  if (base === undefined || index === undefined) {
    return `(${text}) has a part that is not a 64-bit register`;
  }
  return {
    base: base?.name === "rip" ? "probe" : base,
    index,
    scale: Number(scale ?? 1) as Address["scale"],
  };
}

function wideRegister(name: string): Register | undefined {
  const found = REGISTERS.get(name);
  return found?.width === 8 ? found : undefined;
}

interface Sum {
  readonly symbol: string | null;
  readonly number: number;
}

/** Parses a displacement: `-1744`, `0x10`, `counter`, `counter+8`, `-20+8-4` or nothing. Returns a reason if it fails. */
function parseSum(text: string): Sum | string {
  const term = /([+-]?)(?:(0x[\da-fA-F]{1,12}|\d{1,15})|([A-Za-z_.$][\w.$]{0,1023}))/y;
  let symbol: string | null = null;
  let number = 0;
  while (term.lastIndex < text.length) {
    const start = term.lastIndex;
    const [, sign, digits, name] = term.exec(text) ?? [];
    const separated = start === 0 || sign !== "";
    if (digits !== undefined && separated) {
      number += sign === "-" ? -Number(digits) : Number(digits);
    } else if (name !== undefined && separated && symbol === null && sign !== "-") {
      symbol = name;
    } else {
      // counter@GOTPCREL: the variable belongs to another file.
      return text.includes("@")
        ? `${text} depends on an address that the dynamic loader writes`
        : `${text} is not a displacement`;
    }
  }
  return { symbol, number };
}

function register(name: string, offset: number, width: ArgumentSize, shift = 0): Register {
  return { name, offset, shift, width };
}

/** rax, eax, ax, al, ah */
function legacyRegisters(letter: string, offset: number): Register[] {
  return [
    register(`r${letter}x`, offset, 8),
    register(`e${letter}x`, offset, 4),
    register(`${letter}x`, offset, 2),
    register(`${letter}l`, offset, 1),
    register(`${letter}h`, offset, 1, 8),
  ];
}

/** rsi, esi, si, sil */
function pointerRegisters(name: string, offset: number): Register[] {
  return [
    register(`r${name}`, offset, 8),
    register(`e${name}`, offset, 4),
    register(name, offset, 2),
    register(`${name}l`, offset, 1),
  ];
}

/** r8, r8d, r8w, r8b */
function numberedRegisters(number: number, offset: number): Register[] {
  return [
    register(`r${number}`, offset, 8),
    register(`r${number}d`, offset, 4),
    register(`r${number}w`, offset, 2),
    register(`r${number}b`, offset, 1),
  ];
}
