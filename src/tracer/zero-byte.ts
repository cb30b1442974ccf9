import { type Assembler, reg } from "../bpf/assembler.ts";
import { R0, R1, R2, R3, R4 } from "../bpf/instruction.ts";

const BYTES_OF_01 = 0x0101_0101_0101_0101n;
const BYTES_OF_80 = 0x8080_8080_8080_8080n;

/** Loads R3 and R4 for `markZeroBytes`: once for many words. */
export function loadZeroByteMasks(asm: Assembler): void {
  asm.loadImmediate64(R3, BYTES_OF_01).loadImmediate64(R4, BYTES_OF_80);
}

/**
 * Finds the zero bytes of the word w in R1: R2 = (w - 0x01…) & ~w & 0x80….
 * If w has no zero byte, R2 is 0. Otherwise the lowest bit of R2 lies in the first zero byte. R1 is kept, R0 is lost.
 */
export function markZeroBytes(asm: Assembler): void {
  asm
    .mov(R2, reg(R1))
    .alu("sub", R2, reg(R3))
    .mov(R0, reg(R1))
    .alu("xor", R0, -1)
    .alu("and", R2, reg(R0))
    .alu("and", R2, reg(R4));
}
