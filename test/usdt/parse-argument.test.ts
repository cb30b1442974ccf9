import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Operand } from "../../src/usdt/argument.ts";
import { parseArgument, splitArguments } from "../../src/usdt/parse-argument.ts";

const SITE = { address: 0x1000, symbol: () => null };
/** A register's name, a displacement, or a constant. */
function placeOf(word: Operand): string | number {
  switch (word.kind) {
    case "register":
      return word.register.name;
    case "memory":
      return word.displacement;
    case "constant":
      return Number(word.value);
  }
}

const x86 = (text: string) => parseArgument(text, "x86-64", SITE);

describe("splitArguments", () => {
  it.each([
    ["", []],
    ["-8@%r12 8@%rbx", ["-8@%r12", "8@%rbx"]],
    ["  4@$1   1@%al ", ["4@$1", "1@%al"]],
    ["8@x0 -4@[sp, 96] 8@[x0, x1, lsl 3] 5", ["8@x0", "-4@[sp, 96]", "8@[x0, x1, lsl 3]", "5"]],
    ["8@[x0, #:lo12:.LANCHOR0] 4@w1", ["8@[x0, #:lo12:.LANCHOR0]", "4@w1"]],
    ["8@[sp, 96 8@x0", ["8@[sp, 96 8@x0"]],
    ["8@] [] [", ["8@]", "[]", "["]],
  ])("splits %j", (text, parts) => {
    expect(splitArguments(text)).toEqual(parts);
  });
});

describe("parseArgument", () => {
  it("keeps text, width and sign beside the operand", () => {
    expect(x86("-4@-20(%rbp)")).toEqual({
      kind: "memory",
      text: "-4@-20(%rbp)",
      size: 4,
      signed: true,
      base: { name: "rbp", offset: 32, shift: 0, width: 8 },
      index: null,
      scale: 1,
      displacement: -20,
    });
    expect(x86("1@%al")).toMatchObject({ kind: "register", size: 1, signed: false });
  });

  it("parses a text by the syntax of its machine", () => {
    expect(parseArgument("8@x0", "aarch64", SITE).kind).toBe("register");
    expect(x86("8@%rax").kind).toBe("register");
    expect(parseArgument("8@%rax", "aarch64", SITE).kind).toBe("unreadable");
  });

  it.each([
    ["-4@$5", 5n],
    ["4@$-1", 0xffffffffn],
    ["-4@$4294967295", -1n],
    ["1@$257", 1n],
    ["-8@$-1", -1n],
    ["8@$-1", 2n ** 64n - 1n],
  ])("%s is a constant in the range of its type", (text, value) => {
    expect(x86(text)).toMatchObject({ kind: "constant", value });
  });

  it.each([
    ["0@%eax", null, "0 bytes"],
    ["65@(%rax)", null, "65 bytes"],
    ["8f@%xmm0", 8, "vector register"],
    ["8@%xmm0", 8, "vector register"],
    ["16f@8(%rsp)", 16, "floating-point"],
    ["10f@8(%rsp)", 10, "floating-point"],
    ["24@%rax", 24, "pair of registers"],
    ["16@%r8", 16, "the register with the rest"],
    ["16@%rbp", 16, "the register with the rest"],
    ["%eflags", 8, "not a register that tracers can read"],
    ["counter@GOTPCREL(%rip)", null, "SIZE@OPERAND"],
    ["8@", null, "SIZE@OPERAND"],
    ["@", null, "SIZE@OPERAND"],
    ["9999999999@%rax", null, "SIZE@OPERAND"],
  ])("%s is unreadable, with a reason", (text, size, reason) => {
    expect(x86(text)).toMatchObject({
      kind: "unreadable",
      text,
      size,
      reason: expect.stringContaining(reason),
    });
  });

  it.each([
    ["8f@%rax", 8, false, "register"],
    ["4f@%edx", 4, false, "register"],
    ["8f@24(%rsp)", 8, false, "memory"],
    ["-4f@-8(%rbp)", 4, true, "memory"],
  ])("%s is a floating-point number", (text, size, signed, kind) => {
    expect(x86(text)).toMatchObject({ text, size, signed, kind, float: true });
  });

  it.each([
    ["%rax", "register"],
    ["-8(%rbp)", "memory"],
    ["$42", "constant"],
  ])("%s without a size is an unsigned word", (text, kind) => {
    expect(x86(text)).toMatchObject({ text, size: 8, signed: false, kind });
  });

  it.each([
    ["16@%rax", ["rax", "rdx"]],
    ["-16@%rsi", ["rsi", "rdi"]],
    ["24@8(%rsp)", [8, 16, 24]],
    ["12@-16(%rbp)", [-16, -8]],
    ["3@-8(%rsp)", [-8]],
    ["3@%eax", ["eax"]],
  ])("%s is split into words, the lowest first", (text, places) => {
    const argument = x86(text);
    expect(argument.kind).toBe("words");
    const words = argument.kind === "words" ? argument.words : [];
    expect(words.map((word) => placeOf(word))).toEqual(places);
  });

  it("uses the next register for the high word on aarch64", () => {
    expect(parseArgument("16@x2", "aarch64", SITE)).toMatchObject({
      kind: "words",
      words: [{ register: { name: "x2" } }, { register: { name: "x3" } }],
    });
  });

  it("returns arguments of other machines with their width", () => {
    for (const [text, size, signed] of [
      ["-4@r1", 4, true],
      ["8@0(a5)", 8, false],
      ["-4@164(%r15)", 4, true],
      ["8@[fp, #-12]", 8, false],
    ] as const) {
      const found = parseArgument(text, "arm", SITE);
      expect(found).toEqual({ kind: "foreign", text, size, signed });
    }
    const word = parseArgument("r3", "arm", { ...SITE, wordSize: 4 });
    expect(word).toMatchObject({ kind: "foreign", size: 4 });
  });

  it("accepts any text", () => {
    const operandLike = fc
      .array(fc.constantFrom(..."8-4@$%()[],+0x1fs:#. ", "rax", "rip", "sym", "lsl", "sp", "x0"))
      .map((parts) => `8@${parts.join("")}`);
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "binary" }), operandLike),
        fc.constantFrom("x86-64" as const, "aarch64" as const),
        (text, machine) => {
          for (const part of splitArguments(text)) {
            const parsed = parseArgument(part, machine, SITE);
            expect(parsed.text).toBe(part);
            if (parsed.kind === "memory") {
              expect(Number.isSafeInteger(parsed.displacement)).toBe(true);
            }
          }
        },
      ),
      { numRuns: 5000 },
    );
  });

  it("parses text that is made to be slow in little time", () => {
    for (const text of [
      "8@".padEnd(65_000, "1+"),
      "[".repeat(65_000),
      "[]".repeat(32_000),
      `8@$${"9".repeat(65_000)}`,
    ]) {
      for (const part of splitArguments(text)) {
        expect(x86(part).kind).toBe("unreadable");
      }
    }
  }, 1000);
});
