import { describe, expect, it } from "vitest";
import type { ProbeSite } from "../../src/usdt/operand.ts";
import { parseX8664Operand } from "../../src/usdt/x86-64.ts";

const SYMBOLS: Record<string, { value: number; fixed: boolean }> = {
  counter: { value: 0x4010, fixed: false },
  "table.0": { value: 0x601040, fixed: true },
};
const SITE: ProbeSite = { address: 0x1040, symbol: (name) => SYMBOLS[name] ?? null };
const parse = (text: string) => parseX8664Operand(text, SITE);

/** Offsets in the kernel's struct pt_regs for x86-64 (uapi/asm/ptrace.h). */
const PT_REGS = Object.fromEntries(
  "r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp"
    .split(" ")
    .map((name, index) => [name, 8 * index]),
);

describe("registers", () => {
  it.each([
    ["rax eax ax al", "rax"],
    ["rbx ebx bx bl", "rbx"],
    ["rcx ecx cx cl", "rcx"],
    ["rdx edx dx dl", "rdx"],
    ["rsi esi si sil", "rsi"],
    ["rdi edi di dil", "rdi"],
    ["rbp ebp bp bpl", "rbp"],
    ["rsp esp sp spl", "rsp"],
    ["r8 r8d r8w r8b", "r8"],
    ["r9 r9d r9w r9b", "r9"],
    ["r10 r10d r10w r10b", "r10"],
    ["r11 r11d r11w r11b", "r11"],
    ["r12 r12d r12w r12b", "r12"],
    ["r13 r13d r13w r13b", "r13"],
    ["r14 r14d r14w r14b", "r14"],
    ["r15 r15d r15w r15b", "r15"],
  ])("%s are widths of one register", (names, whole) => {
    for (const [index, name] of names.split(" ").entries()) {
      expect(parse(`%${name}`)).toEqual({
        kind: "register",
        register: { name, offset: PT_REGS[whole], shift: 0, width: 8 >> index },
      });
    }
  });

  it.each([
    ["ah", "rax"],
    ["bh", "rbx"],
    ["ch", "rcx"],
    ["dh", "rdx"],
  ])("%s is the second byte of %s", (name, whole) => {
    expect(parse(`%${name}`)).toEqual({
      kind: "register",
      register: { name, offset: PT_REGS[whole], shift: 8, width: 1 },
    });
  });

  it("%rip holds the address of the probe", () => {
    expect(parse("%rip")).toMatchObject({ kind: "register", register: { offset: PT_REGS.rip } });
  });

  it.each(["%xmm0", "%st(0)", "%k1", "%eflags", "%r16", "%", "%rax,"])(
    "%s is unreadable",
    (text) => {
      expect(parse(text)).toMatchObject({
        kind: "unreadable",
        reason: expect.stringContaining(text),
      });
    },
  );
});

describe("constants", () => {
  it.each([
    ["$5", 5n],
    ["$-1", -1n],
    ["$0x10", 16n],
    ["$-0x10", -16n],
    ["$18446744073709551615", 2n ** 64n - 1n],
    ["$table.0", 0x601040n],
    ["$table.0+8", 0x601048n],
  ])("%s is parsed", (text, value) => {
    expect(parse(text)).toEqual({ kind: "constant", value });
  });

  it.each(["$counter", "$missing", "$", "$1.5", "$--1", "$999999999999999999999"])(
    "%s is unreadable",
    (text) => {
      expect(parse(text).kind).toBe("unreadable");
    },
  );
});

describe("memory", () => {
  /** base, index, scale, displacement; registers by their names. */
  function address(text: string) {
    const operand = parse(text);
    if (operand.kind !== "memory") {
      return operand;
    }
    const { base, index, scale, displacement } = operand;
    return [base === "probe" ? base : base?.name, index?.name, scale, displacement];
  }

  it.each([
    ["(%rbx)", ["rbx", undefined, 1, 0]],
    ["-1744(%rbp)", ["rbp", undefined, 1, -1744]],
    ["200(%r12)", ["r12", undefined, 1, 200]],
    ["0x10(%rax)", ["rax", undefined, 1, 16]],
    ["-0x10(%rsp)", ["rsp", undefined, 1, -16]],
    ["-20+8-4(%rbp)", ["rbp", undefined, 1, -16]],
    ["(%rax,%rbx)", ["rax", "rbx", 1, 0]],
    ["-96(%rbp,%rax,8)", ["rbp", "rax", 8, -96]],
    ["(%r8,%r9,4)", ["r8", "r9", 4, 0]],
    ["-8(,%rax,8)", [undefined, "rax", 8, -8]],
    ["(,%rax,2)", [undefined, "rax", 2, 0]],
    ["16(%rip)", ["probe", undefined, 1, 16]],
    ["counter(%rip)", ["probe", undefined, 1, 0x4010 - 0x1040]],
    ["counter+8(%rip)", ["probe", undefined, 1, 0x4018 - 0x1040]],
    ["counter-8(%rip)", ["probe", undefined, 1, 0x4008 - 0x1040]],
    ["8+counter(%rip)", ["probe", undefined, 1, 0x4018 - 0x1040]],
    ["counter", ["probe", undefined, 1, 0x4010 - 0x1040]],
    ["counter(,%rax,8)", ["probe", "rax", 8, 0x4010 - 0x1040]],
    ["table.0(%rip)", ["probe", undefined, 1, 0x601040 - 0x1040]],
    ["table.0", [undefined, undefined, 1, 0x601040]],
    ["table.0(,%rax,8)", [undefined, "rax", 8, 0x601040]],
    ["table.0+4(%rax)", ["rax", undefined, 1, 0x601044]],
    ["6295616", [undefined, undefined, 1, 6295616]],
  ])("%s is parsed", (text, expected) => {
    expect(address(text)).toEqual(expected);
  });

  it.each([
    ["%fs:-16", "thread-local"],
    ["%fs:counter@tpoff", "thread-local"],
    ["counter@GOTPCREL(%rip)", "dynamic loader"],
    [".LC0(%rip)", "no symbol .LC0"],
    ["counter(%rax)", "the file does not contain"],
    ["(%eax)", "not a 64-bit register"],
    ["(%rax,%ebx,4)", "not a 64-bit register"],
    ["(%xmm0)", "not a 64-bit register"],
    ["(%rax,%rbx,3)", "not an address"],
    ["()", "not an address"],
    ["", "not an operand"],
    ["8(%rax", "not an operand"],
    ["[rbp-4]", "not a displacement"],
    ["5counter(%rip)", "not a displacement"],
    ["counter+table.0(%rip)", "not a displacement"],
    ["-counter(%rip)", "not a displacement"],
    ["+", "not a displacement"],
    ["2147483648(%rax)", "out of range"],
    ["9999999999999999999(%rax)", ""],
  ])("%s is unreadable", (text, reason) => {
    expect(parse(text)).toEqual({ kind: "unreadable", reason: expect.stringContaining(reason) });
  });
});
