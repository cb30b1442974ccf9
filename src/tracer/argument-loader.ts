import { type Assembler, type Label, reg } from "../bpf/assembler.ts";
import { FP, R0, R1, R2, R3, R6, R8, type RegisterNumber } from "../bpf/instruction.ts";
import type { Shape } from "../contract/shape.ts";
import type { Argument, Operand } from "../usdt/argument.ts";

/**
 * Writes the instructions that load a site's arguments: from the registers of the traced process (R6 = pt_regs),
 * from its memory, or from the instruction itself (constants).
 *
 * Two measurements decide how the program reads memory:
 * - bpf_copy_from_user takes 35 ns for 32 bytes, bpf_probe_read_user 50 ns. The first also waits for a page that is not
 *   resident. Sleepable programs use the first; only these may.
 * - A copy to the program's stack, stored into the record word by word, takes 70 ns less than a copy into the record:
 *   the copy waits for the record's cache lines, the stores do not. Small values are copied to the stack.
 */
export class ArgumentLoader {
  readonly #asm: Assembler;
  readonly #arguments: readonly Argument[];
  /** Whether the program may wait for a page. */
  readonly isSleepable: boolean;

  constructor(asm: Assembler, arguments_: readonly Argument[], isSleepable: boolean) {
    this.#asm = asm;
    this.#arguments = arguments_;
    this.isSleepable = isSleepable;
  }

  /** dst = the argument, extended to 64 bits by its own width and sign. R1-R5 are lost. */
  loadValue(dst: RegisterNumber, index: number, unreadable: Label): void {
    const asm = this.#asm;
    const argument = this.#arguments[index];
    switch (argument?.kind) {
      case "register":
        asm.load(8, dst, R6, argument.register.offset);
        this.#extend(dst, argument.size, argument.signed, argument.register.shift);
        return;
      case "constant":
        asm.loadImmediate64(dst, argument.value);
        return;
      case "memory":
        this.#loadAddress(R3, argument);
        asm.mov(R1, reg(FP)).alu("add", R1, -8).mov(R2, argument.size);
        this.readUser();
        asm.jumpIf(R0, "!=", 0, unreadable).load(argument.size, dst, FP, -8);
        if (argument.signed) this.#extend(dst, argument.size, true, 0);
        return;
      case "words":
        this.loadWord(dst, index, 0, unreadable);
        return;
      default:
        asm.jump(unreadable);
    }
  }

  /** dst = word number `word` of the argument, the lowest first; 0 after its last byte. R1-R5 are lost. */
  loadWord(dst: RegisterNumber, index: number, word: number, unreadable: Label): void {
    const asm = this.#asm;
    const argument = this.#arguments[index];
    if (argument?.kind !== "words") {
      if (word === 0) this.loadValue(dst, index, unreadable);
      else asm.mov(dst, 0);
      return;
    }
    const bytes = Math.min(8, argument.size - 8 * word);
    const operand = argument.words[word];
    switch (operand?.kind) {
      case "register":
        asm.load(8, dst, R6, operand.register.offset);
        this.#extend(dst, bytes, false, operand.register.shift);
        return;
      case "constant":
        asm.loadImmediate64(dst, operand.value);
        this.#extend(dst, bytes, false, 0);
        return;
      case "memory":
        this.#loadAddress(R3, operand);
        asm.mov(R1, reg(FP)).alu("add", R1, -8).store(8, FP, -8, 0).mov(R2, bytes);
        this.readUser();
        asm.jumpIf(R0, "!=", 0, unreadable).load(8, dst, FP, -8);
        return;
      case undefined:
        asm.mov(dst, 0);
    }
  }

  /** Whether the argument is a floating-point number of this width. */
  isFloat(index: number, size: number): boolean {
    const argument = this.#arguments[index];
    return (
      argument !== undefined &&
      argument.kind !== "words" &&
      argument.float === true &&
      argument.size === size
    );
  }

  /** dst = the argument, converted to the width and sign of its field. R1-R5 are lost. */
  loadAs({ size, signed }: Shape, dst: RegisterNumber, index: number, unreadable: Label): void {
    this.loadValue(dst, index, unreadable);
    const argument = this.#arguments[index];
    if (argument?.size !== size || argument.signed !== signed) this.#extend(dst, size, signed, 0);
  }

  /** Whether the argument lies in the memory of the traced process. */
  isInMemory(index: number): boolean {
    const argument = this.#arguments[index];
    return argument?.kind === "memory" || argument?.kind === "words";
  }

  /** Copies `size` bytes at R8 + `offset` to the end of the stack; R0 = 0 on success. */
  copyToStack(size: number, offset = 0): void {
    this.#asm.mov(R1, reg(FP)).alu("add", R1, -size).mov(R2, size).mov(R3, reg(R8));
    if (offset > 0) this.#asm.alu("add", R3, offset);
    this.readUser();
  }

  /** Copies R2 bytes of the process's memory from R3 to R1; R0 = 0 on success. */
  readUser(): void {
    this.#asm.call(this.isSleepable ? "copy_from_user" : "probe_read_user");
  }

  #extend(dst: RegisterNumber, size: number, signed: boolean, shift: number): void {
    const unused = 64 - size * 8;
    if (shift > 0) this.#asm.alu("rsh", dst, shift);
    if (unused > 0) this.#asm.alu("lsh", dst, unused).alu(signed ? "arsh" : "rsh", dst, unused);
  }

  #loadAddress(dst: RegisterNumber, argument: Operand & { kind: "memory" }): void {
    const asm = this.#asm;
    asm.loadImmediate64(dst, BigInt(argument.displacement));
    if (argument.base !== null) {
      const base = argument.base === "probe" ? INSTRUCTION_POINTER : argument.base.offset;
      asm.load(8, R1, R6, base).alu("add", dst, reg(R1));
    }
    if (argument.index !== null) {
      asm
        .load(8, R1, R6, argument.index.offset)
        .alu("mul", R1, argument.scale)
        .alu("add", dst, reg(R1));
    }
  }
}

/** Offset in pt_regs of the address of the probe's own instruction. */
const INSTRUCTION_POINTER = process.arch === "arm64" ? 256 : 128;
