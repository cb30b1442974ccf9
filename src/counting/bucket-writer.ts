import { type Assembler, reg } from "../bpf/assembler.ts";
import { R1, R2, R7, R8 } from "../bpf/instruction.ts";
import type { HistogramLayout } from "./count-layout.ts";
import { type Scale, stepsOf } from "./histogram.ts";

/**
 * Writes the instructions that find a value's bucket: R8 = the bucket of R7. They overwrite R1, R2 and R7. Values vary, so
 * the CPU would predict jumps on them wrongly, which costs the node more than a few instructions without jumps.
 */
export function writeBucket(asm: Assembler, { scale, signed }: HistogramLayout): void {
  if (scale.kind === "log2") findExponent(asm, signed);
  else if (scale.kind === "linear") findStep(asm, scale, signed);
  else findBound(asm, scale.bounds, signed);
}

/** Finds the exponent by binary search. */
function findExponent(asm: Assembler, signed: boolean): void {
  const found = asm.label();
  asm.mov(R8, 0);
  if (signed) asm.jumpIf(R7, "s<", 0, found);
  asm.mov(R8, 1).jumpIf(R7, "==", 0, found).mov(R8, 2);
  for (const bits of [32, 16, 8, 4, 2, 1]) {
    // R2 = `bits` when there is a bit at or above that place, else 0.
    asm
      .mov(R1, reg(R7))
      .alu("rsh", R1, bits)
      .mov(R2, 0)
      .alu("sub", R2, reg(R1))
      .alu("rsh", R2, 63)
      .alu("lsh", R2, Math.log2(bits))
      .alu("rsh", R7, reg(R2))
      .alu("add", R8, reg(R2));
  }
  asm.place(found);
}

function findStep(asm: Assembler, scale: Scale & { kind: "linear" }, signed: boolean): void {
  const found = asm.label();
  // An unsigned value is never below a negative bound.
  const isAbove = (bound: number): boolean => !signed && bound <= 0;
  asm.mov(R8, 0).loadImmediate64(R1, BigInt(scale.low));
  if (!isAbove(scale.low)) asm.jumpIf(R7, signed ? "s<" : "<", reg(R1), found);
  asm.mov(R8, stepsOf(scale) + 1).loadImmediate64(R2, BigInt(scale.high));
  if (isAbove(scale.high)) asm.jump(found);
  else asm.jumpIf(R7, signed ? "s>=" : ">=", reg(R2), found);
  asm
    .alu("sub", R7, reg(R1))
    .loadImmediate64(R1, BigInt(scale.step))
    .alu("div", R7, reg(R1))
    // Never taken; it shows the verifier the bound.
    .jumpIf(R7, ">=", stepsOf(scale), found)
    .mov(R8, reg(R7))
    .alu("add", R8, 1)
    .place(found);
}

/** Counts the bounds that are not above the value. Negative values and values from the last bound on are rare, so these jump. */
function findBound(asm: Assembler, bounds: readonly number[], signed: boolean): void {
  const found = asm.label();
  asm.mov(R8, 0);
  if (signed) asm.jumpIf(R7, "s<", 0, found);
  asm
    .mov(R8, bounds.length)
    .loadImmediate64(R1, BigInt(bounds.at(-1)!))
    .jumpIf(R7, ">=", reg(R1), found)
    .mov(R8, 0);
  for (const bound of bounds.slice(0, -1)) {
    // R2 = 1 when `bound - 1 - value` is negative, else 0.
    asm
      .loadImmediate64(R2, BigInt(bound - 1))
      .alu("sub", R2, reg(R7))
      .alu("rsh", R2, 63)
      .alu("add", R8, reg(R2));
  }
  asm.place(found);
}
