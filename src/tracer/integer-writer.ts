import { type Assembler, type Label, type Operand, reg } from "../bpf/assembler.ts";
import { type AluOperation, FP, R0, R7, R8, R9, type RegisterNumber } from "../bpf/instruction.ts";
import { shapeOf } from "../contract/shape.ts";
import { isDivision } from "../query/arithmetic.ts";
import type { Arithmetic, FieldReference, Integer } from "../query/condition.ts";
import type { ArgumentLoader } from "./argument-loader.ts";

/** Bytes at the end of the stack for values that are read from memory. Saved operands lie before them. */
export const READ_ROOM = 128;

/**
 * Writes the instructions that compute integers of a query. Unreadable memory and a division by zero jump to `unknown`.
 * R7 and R8 hold the operands; R1-R5 are lost.
 *
 *     (a + b) * (c - d)      R7 = a + b, saved to the stack; R7 = c - d, R8 = R7; R7 = the saved value; R7 *= R8
 */
export class IntegerWriter {
  readonly #asm: Assembler;
  readonly #loader: ArgumentLoader;

  constructor(asm: Assembler, loader: ArgumentLoader) {
    this.#asm = asm;
    this.#loader = loader;
  }

  /** R7 = the integer. `depth` is the number of saved operands. */
  write(integer: Integer, unknown: Label, depth = 0): void {
    switch (integer.kind) {
      case "literal":
        this.#asm.loadImmediate64(R7, integer.value);
        break;
      case "field":
        this.load(R7, integer.field, unknown);
        break;
      case "arithmetic":
        this.#writeArithmetic(integer, unknown, depth);
    }
  }

  /** R7 = left. Returns the operand for right: R8, or a literal for the next instruction. */
  writeBoth(left: Integer, right: Integer, unknown: Label, depth = 0): Operand {
    const asm = this.#asm;
    this.write(left, unknown, depth);
    if (right.kind === "literal") return this.literal(right.value);
    if (right.kind === "field") {
      this.load(R8, right.field, unknown);
    } else {
      const waiting = -READ_ROOM - 8 * (depth + 1);
      asm.store(8, FP, waiting, reg(R7));
      this.write(right, unknown, depth + 1);
      asm.mov(R8, reg(R7)).load(8, R7, FP, waiting);
    }
    return reg(R8);
  }

  /** Returns a literal of 32 bits as it is; loads a longer one into R8. */
  literal(value: bigint): Operand {
    if (BigInt.asIntN(32, value) === value) return Number(value);
    this.#asm.loadImmediate64(R8, value);
    return reg(R8);
  }

  /** dst = the field's value; for a text or hash, its address. */
  load(dst: RegisterNumber, { name, argument, type }: FieldReference, unknown: Label): void {
    const asm = this.#asm;
    if (argument !== null) this.#loader.loadAs(shapeOf(type), dst, argument, unknown);
    else if (name === "cpu") asm.call("get_smp_processor_id").mov(dst, reg(R0));
    else if (name === "pid") asm.mov(dst, reg(R9)).alu("rsh", dst, 32);
    else asm.mov(dst, reg(R9)).alu("lsh", dst, 32).alu("rsh", dst, 32);
  }

  #writeArithmetic({ operator, left, right, signed }: Arithmetic, unknown: Label, depth: number) {
    const asm = this.#asm;
    const operand = this.writeBoth(left, right, unknown, depth);
    if (!isDivision(operator)) {
      asm.alu(OPERATIONS[operator], R7, operand);
      return;
    }
    if (typeof operand === "number") asm.mov(R8, operand);
    else asm.jumpIf(R8, "==", 0, unknown);
    if (signed) this.#divideSigned(operator);
    else asm.alu(OPERATIONS[operator], R7, reg(R8));
  }

  /** R7 = R7 / R8 rounded towards zero, or the remainder. Older kernels only divide unsigned: divides absolute values. */
  #divideSigned(operator: Arithmetic["operator"]): void {
    this.#asm.mov(R0, reg(R7));
    if (operator === "/") this.#asm.alu("xor", R0, reg(R8));
    this.#negateIf(R7, R7);
    this.#negateIf(R8, R8);
    this.#asm.alu(OPERATIONS[operator], R7, reg(R8));
    this.#negateIf(R0, R7);
  }

  /** Negates `register` when `sign` is negative. */
  #negateIf(sign: RegisterNumber, register: RegisterNumber): void {
    const positive = this.#asm.label();
    this.#asm.jumpIf(sign, "s>=", 0, positive).alu("mul", register, -1).place(positive);
  }
}

const OPERATIONS = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "div",
  "%": "mod",
} as const satisfies Record<Arithmetic["operator"], AluOperation>;
