import { type Assembler, type Label, type Operand, reg } from "../bpf/assembler.ts";
import { type AluOperation, FP, R0, R7, R8, R9, type RegisterNumber } from "../bpf/instruction.ts";
import { shapeOf } from "../contract/shape.ts";
import { isDivision } from "../query/arithmetic.ts";
import type { Arithmetic, FieldReference, Integer } from "../query/condition.ts";
import type { ArgumentLoader } from "./argument-loader.ts";

/** Bytes at the end of the stack that are for what is read; operands that wait for others lie before them. */
export const READ_ROOM = 128;

/**
 * Writes the instructions that compute integers of a query. What cannot be computed, because memory cannot be read
 * or something is divided by zero, jumps to `unknown`. R1-R5 are lost, and R7 and R8 hold the operands.
 */
export class IntegerWriter {
  readonly #asm: Assembler;
  readonly #loader: ArgumentLoader;

  constructor(asm: Assembler, loader: ArgumentLoader) {
    this.#asm = asm;
    this.#loader = loader;
  }

  /** R7 = the integer. `depth` counts the operands that wait. */
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

  /** R7 = left; returns where right is, in R8 or in the instruction that will use it. */
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

  /** The literal itself where an instruction can hold it, else R8 = literal. */
  literal(value: bigint): Operand {
    if (BigInt.asIntN(32, value) === value) return Number(value);
    this.#asm.loadImmediate64(R8, value);
    return reg(R8);
  }

  /** dst = the field's value; the address of a text or hash. */
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

  /** R7 = R7 / R8 towards zero, or what remains: by absolute values, since older kernels only divide unsigned. */
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
