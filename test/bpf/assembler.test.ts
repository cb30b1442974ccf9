import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Assembler, reg } from "../../src/bpf/assembler.ts";
import { FP, R0, R1, R2, R3, R6, R7 } from "../../src/bpf/instruction.ts";

const hex = (code: Uint8Array) =>
  Buffer.from(code)
    .toString("hex")
    .match(/.{16}/g)
    ?.map((slot) => slot.replace(/^(..)(..)(....)(........)$/, "$1 $2 $3 $4"));

/** The machine form of what `write` writes, one slot each, without the exit that follows. */
function assembled(write: (asm: Assembler) => Assembler): string[] {
  return hex(write(new Assembler()).exit().finish())!.slice(0, -1);
}

describe("an instruction", () => {
  // As `llvm-mc -triple=bpfel -show-encoding` has them.
  it.each<[string, (asm: Assembler) => Assembler, string]>([
    ["r1 = r6", (asm) => asm.mov(R1, reg(R6)), "bf 61 0000 00000000"],
    ["r2 = -1", (asm) => asm.mov(R2, -1), "b7 02 0000 ffffffff"],
    ["r1 += 8", (asm) => asm.alu("add", R1, 8), "07 01 0000 08000000"],
    ["r1 -= r2", (asm) => asm.alu("sub", R1, reg(R2)), "1f 21 0000 00000000"],
    ["r1 *= 8", (asm) => asm.alu("mul", R1, 8), "27 01 0000 08000000"],
    ["r1 |= r2", (asm) => asm.alu("or", R1, reg(R2)), "4f 21 0000 00000000"],
    ["r1 &= 255", (asm) => asm.alu("and", R1, 255), "57 01 0000 ff000000"],
    ["r1 <<= 32", (asm) => asm.alu("lsh", R1, 32), "67 01 0000 20000000"],
    ["r1 >>= 32", (asm) => asm.alu("rsh", R1, 32), "77 01 0000 20000000"],
    ["r1 ^= -1", (asm) => asm.alu("xor", R1, -1), "a7 01 0000 ffffffff"],
    ["r1 s>>= 32", (asm) => asm.alu("arsh", R1, 32), "c7 01 0000 20000000"],
    ["r1 = be16 r1", (asm) => asm.swapBytes(R1, 2), "dc 01 0000 10000000"],
    ["r1 = be64 r1", (asm) => asm.swapBytes(R1, 8), "dc 01 0000 40000000"],
    ["r1 = *(u8 *)(r7 + 1)", (asm) => asm.load(1, R1, R7, 1), "71 71 0100 00000000"],
    ["r1 = *(u16 *)(r7 + 4)", (asm) => asm.load(2, R1, R7, 4), "69 71 0400 00000000"],
    ["r1 = *(u32 *)(r7 - 4)", (asm) => asm.load(4, R1, R7, -4), "61 71 fcff 00000000"],
    ["r1 = *(u64 *)(r10 - 8)", (asm) => asm.load(8, R1, FP, -8), "79 a1 f8ff 00000000"],
    ["*(u8 *)(r7 + 0) = r1", (asm) => asm.store(1, R7, 0, reg(R1)), "73 17 0000 00000000"],
    ["*(u64 *)(r7 + 8) = r1", (asm) => asm.store(8, R7, 8, reg(R1)), "7b 17 0800 00000000"],
    ["*(u16 *)(r7 + 6) = 1", (asm) => asm.store(2, R7, 6, 1), "6a 07 0600 01000000"],
    ["*(u32 *)(r7 + 4) = 0", (asm) => asm.store(4, R7, 4, 0), "62 07 0400 00000000"],
    ["lock *(u64 *)(r1 + 8) += r2", (asm) => asm.atomicAdd(8, R1, 8, R2), "db 21 0800 00000000"],
    ["call 5", (asm) => asm.call("ktime_get_ns"), "85 00 0000 05000000"],
  ])("is encoded in the kernel's format: %s", (_, write, expected) => {
    expect(assembled(write)).toEqual([expected]);
  });

  it("has two slots for 64-bit values and for maps", () => {
    expect(assembled((asm) => asm.loadImmediate64(R3, 0x8070_6050_4030_2010n))).toEqual([
      "18 03 0000 10203040",
      "00 00 0000 50607080",
    ]);
    expect(assembled((asm) => asm.loadImmediate64(R3, -2n))).toEqual([
      "18 03 0000 feffffff",
      "00 00 0000 ffffffff",
    ]);
    expect(assembled((asm) => asm.loadMap(R1, 9))).toEqual([
      "18 11 0000 09000000",
      "00 00 0000 00000000",
    ]);
    expect(assembled((asm) => asm.loadMapValue(R1, 9, 72))).toEqual([
      "18 21 0000 09000000",
      "00 00 0000 48000000",
    ]);
  });

  it("accepts any 64-bit value", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), (value) => {
        const code = Buffer.from(new Assembler().loadImmediate64(R0, value).exit().finish());
        const held = (BigInt(code.readUInt32LE(12)) << 32n) | BigInt(code.readUInt32LE(4));
        expect(held).toBe(BigInt.asUintN(64, value));
      }),
    );
  });
});

describe("a jump", () => {
  it("counts the slots between it and its label, forward and backward", () => {
    const asm = new Assembler();
    const [start, end] = [asm.label(), asm.label()];
    asm.place(start).mov(R0, 0).jumpIf(R0, "==", 5, end).loadImmediate64(R1, 1n).jump(start);
    asm.place(end).exit();
    expect(hex(asm.finish())).toEqual([
      "b7 00 0000 00000000",
      "15 00 0300 05000000",
      "18 01 0000 01000000",
      "00 00 0000 00000000",
      "05 00 fbff 00000000",
      "95 00 0000 00000000",
    ]);
  });

  it.each([
    [">", "2d"],
    ["s>", "6d"],
    ["s<", "cd"],
    ["<=", "bd"],
    ["!=", "5d"],
  ] as const)("compares registers: %s", (comparison, opcode) => {
    const asm = new Assembler();
    const end = asm.label();
    asm.jumpIf(R1, comparison, reg(R2), end).mov(R0, 0).place(end).exit();
    expect(hex(asm.finish())![0]).toBe(`${opcode} 21 0100 00000000`);
  });

  it("skips unreachable code, which is removed and not counted", () => {
    const asm = new Assembler();
    const [over, end] = [asm.label(), asm.label()];
    asm.jumpIf(R1, "==", 0, end).jump(over).mov(R0, 1).loadImmediate64(R2, 5n).place(over);
    asm.mov(R0, 2).place(end).exit().mov(R0, 3).exit();
    expect(hex(asm.finish())).toEqual([
      "15 01 0200 00000000",
      "05 00 0000 00000000",
      "b7 00 0000 02000000",
      "95 00 0000 00000000",
    ]);
  });

  it("in a program that is only a loop is assembled", () => {
    const asm = new Assembler();
    const loop = asm.label();
    asm.place(loop).mov(R0, 0).jump(loop);
    expect(hex(asm.finish())).toHaveLength(2);
  });

  it("reaches 32,767 instructions and refuses more", () => {
    const over = (count: number) => {
      const asm = new Assembler();
      const end = asm.label();
      asm.jumpIf(R0, "==", 0, end);
      for (let i = 0; i < count; i++) asm.mov(R0, 0);
      return asm.place(end).exit().finish();
    };
    expect(hex(over(32_767))![0]).toBe("15 00 ff7f 00000000");
    expect(() => over(32_768)).toThrow("too far: 32768");
  });

  it("reaches 32,768 instructions back and refuses more", () => {
    const back = (count: number) => {
      const asm = new Assembler();
      const start = asm.label();
      asm.place(start);
      for (let i = 0; i < count; i++) asm.mov(R0, 0);
      return asm.jumpIf(R0, "==", 0, start).exit().finish();
    };
    expect(hex(back(32_767))!.at(-2)).toBe("15 00 0080 00000000");
    expect(() => back(32_768)).toThrow("too far: -32769");
  });

  it("to a label that was never placed is refused", () => {
    const asm = new Assembler();
    expect(() => asm.jump(asm.label()).exit().finish()).toThrow("never placed");
  });
});
