import { describe, expect, it } from "vitest";
import { parseAarch64Operand as parse } from "../../src/usdt/aarch64.ts";

const X0 = { name: "x0", offset: 0, shift: 0, width: 8 };
const X1 = { name: "x1", offset: 8, shift: 0, width: 8 };
const SP = { name: "sp", offset: 248, shift: 0, width: 8 };

describe("registers", () => {
  it.each([
    ["x0", 0, 8],
    ["w3", 24, 4],
    ["x30", 240, 8],
    ["w30", 240, 4],
    ["sp", 248, 8],
    ["pc", 256, 8],
  ])("%s is parsed", (name, offset, width) => {
    expect(parse(name)).toEqual({ kind: "register", register: { name, offset, shift: 0, width } });
  });

  it.each(["d0", "q1", "v2.8b", "x32", "w", "%x0", ""])("%s is unreadable", (text) => {
    expect(parse(text)).toMatchObject({ kind: "unreadable" });
  });

  it("xzr and wzr are zero", () => {
    expect(parse("xzr")).toEqual({ kind: "constant", value: 0n });
    expect(parse("wzr")).toEqual({ kind: "constant", value: 0n });
  });
});

describe("constants", () => {
  it.each([
    ["5", 5n],
    ["-1", -1n],
    ["#7", 7n],
    ["0x10", 16n],
  ])("%s is parsed", (text, value) => {
    expect(parse(text)).toEqual({ kind: "constant", value });
  });
});

describe("memory", () => {
  it.each([
    ["[x0]", { base: X0, index: null, scale: 1, displacement: 0 }],
    ["[sp, 96]", { base: SP, index: null, scale: 1, displacement: 96 }],
    ["[sp, #96]", { base: SP, index: null, scale: 1, displacement: 96 }],
    ["[sp,-16]", { base: SP, index: null, scale: 1, displacement: -16 }],
    ["[x0, x1]", { base: X0, index: X1, scale: 1, displacement: 0 }],
    ["[x0, x1, lsl 3]", { base: X0, index: X1, scale: 8, displacement: 0 }],
    ["[sp, x1, lsl #1]", { base: SP, index: X1, scale: 2, displacement: 0 }],
  ])("%s is parsed", (text, expected) => {
    expect(parse(text)).toEqual({ kind: "memory", ...expected });
  });

  it.each([
    ["[x0, #:lo12:.LANCHOR0]", "only the linker computes"],
    ["[x0, :lo12:counter]", "only the linker computes"],
    ["[x0, w1, sxtw 3]", "extends its index"],
    ["[x0, w1, uxtw]", "extends its index"],
    ["[w0]", "no 64-bit base"],
    ["[x77, x1]", "not a 64-bit register"],
    ["[x0, x77]", "not a 64-bit register"],
    ["[x0, 99999999999]", "out of range"],
    ["[x0, x1, lsl 4]", "not an operand"],
    ["[x0", "not an operand"],
    ["[sp, 16]!", "not an operand"],
    ["[]", "not an operand"],
  ])("%s is unreadable", (text, reason) => {
    expect(parse(text)).toEqual({ kind: "unreadable", reason: expect.stringContaining(reason) });
  });
});
