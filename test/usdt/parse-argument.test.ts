import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseArgument, splitArguments } from "../../src/usdt/parse-argument.ts";

const SITE = { address: 0x1000, symbol: () => null };
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
  ])("%j", (text, parts) => {
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

  it("reads the same text by the machine it was made for", () => {
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
  ])("%s is a constant as its type holds it", (text, value) => {
    expect(x86(text)).toMatchObject({ kind: "constant", value });
  });

  it.each([
    ["16@(%rax)", null, "16 bytes"],
    ["3@%eax", null, "3 bytes"],
    ["0@%eax", null, "0 bytes"],
    ["8f@%xmm0", 8, "floating-point"],
    ["-4f@-8(%rbp)", 4, "floating-point"],
    ["8@%xmm0", 8, "not among the registers"],
    ["%rax", null, "SIZE@OPERAND"],
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

  it("takes any text at all", () => {
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

  it("stays fast on text made to be slow", () => {
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
