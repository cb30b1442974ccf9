import {
  ALU,
  type AluOperation,
  ATOMIC,
  type Comparison,
  encode,
  HELPER,
  type Helper,
  type Instruction,
  JUMP,
  OPCODE,
  PSEUDO,
  type RegisterNumber,
  type Width,
} from "./instruction.ts";

/** A register or a 32-bit immediate (sign-extended to 64 bits). */
export type Operand = { readonly register: RegisterNumber } | number;

/** A place in the program. Jumps can use it before it is placed. */
export interface Label {
  position: number | undefined;
}

/**
 * Writes a program instruction by instruction. Jumps go to labels; `finish` computes their offsets.
 * Every method returns the assembler, so that calls can be chained.
 */
export class Assembler {
  readonly #instructions: Instruction[] = [];
  readonly #jumps: { readonly at: number; readonly to: Label }[] = [];

  label(): Label {
    return { position: undefined };
  }

  /** Places `label` at the next instruction. */
  place(label: Label): this {
    label.position = this.#instructions.length;
    return this;
  }

  /** `dst = dst OP operand`, 64 bits wide. */
  alu(operation: AluOperation, dst: RegisterNumber, operand: Operand): this {
    return this.#operate(ALU[operation], dst, operand, 0);
  }

  mov(dst: RegisterNumber, operand: Operand): this {
    return this.alu("mov", dst, operand);
  }

  /** `dst = dst` with the byte order of its low `width` bytes reversed (on a little-endian machine). */
  swapBytes(dst: RegisterNumber, width: 2 | 4 | 8): this {
    return this.#push(OPCODE.toBigEndian, dst, 0, 0, width * 8);
  }

  /** `dst = *(width *)(base + offset)`, zero-extended. */
  load(width: Width, dst: RegisterNumber, base: RegisterNumber, offset: number): this {
    return this.#push(OPCODE.load(width), dst, base, offset, 0);
  }

  /** `*(width *)(base + offset) = operand` */
  store(width: Width, base: RegisterNumber, offset: number, operand: Operand): this {
    return typeof operand === "number"
      ? this.#push(OPCODE.storeImmediate(width), base, 0, offset, operand)
      : this.#push(OPCODE.store(width), base, operand.register, offset, 0);
  }

  /** `*(width *)(base + offset) += src`, atomically. */
  atomicAdd(width: 4 | 8, base: RegisterNumber, offset: number, src: RegisterNumber): this {
    return this.#push(OPCODE.atomic(width), base, src, offset, ATOMIC.add);
  }

  /** `old = *(width *)(base + offset); if (old == R0) *(width *)(base + offset) = src; R0 = old`, atomically. */
  atomicCompareExchange(
    width: 4 | 8,
    base: RegisterNumber,
    offset: number,
    src: RegisterNumber,
  ): this {
    return this.#push(OPCODE.atomic(width), base, src, offset, ATOMIC.compareExchange);
  }

  loadImmediate64(dst: RegisterNumber, value: bigint): this {
    return this.#pushWide(
      dst,
      0,
      Number(BigInt.asIntN(32, value)),
      Number(BigInt.asIntN(32, value >> 32n)),
    );
  }

  /** dst = the map, to be passed to a helper. */
  loadMap(dst: RegisterNumber, fd: number): this {
    return this.#pushWide(dst, PSEUDO.map, fd, 0);
  }

  /** dst = address of byte `offset` of the only value of an array map: no look-up at run time. */
  loadMapValue(dst: RegisterNumber, fd: number, offset: number): this {
    return this.#pushWide(dst, PSEUDO.mapValue, fd, offset);
  }

  call(helper: Helper): this {
    return this.#push(OPCODE.call, 0, 0, 0, HELPER[helper]);
  }

  jump(to: Label): this {
    this.#jumps.push({ at: this.#instructions.length, to });
    return this.#push(OPCODE.jump, 0, 0, 0, 0);
  }

  jumpIf(dst: RegisterNumber, comparison: Comparison, operand: Operand, to: Label): this {
    this.#jumps.push({ at: this.#instructions.length, to });
    return this.#operate(JUMP[comparison], dst, operand, 0);
  }

  exit(): this {
    return this.#push(OPCODE.exit, 0, 0, 0, 0);
  }

  /** The program's bytes, without instructions that no path reaches: the verifier refuses those. */
  finish(): Uint8Array {
    const targets = new Map(this.#jumps.map(({ at, to }) => [at, this.#target(at, to)]));
    const reached = this.#reach(targets);
    // The offset of each instruction after the removal of unreached ones.
    const positions = new Uint32Array(this.#instructions.length + 1);
    for (const [at, isReached] of reached.entries()) positions[at + 1] = positions[at]! + isReached;
    for (const [at, target] of targets) {
      const offset = positions[target]! - positions[at]! - 1;
      if (reached[at] === 1 && (offset > 0x7fff || offset < -0x8000))
        throw new Error(`the jump at ${at} is too far: ${offset} instructions`);
      this.#instructions[at] = { ...this.#instructions[at]!, offset };
    }
    return encode(this.#instructions.filter((_, at) => reached[at] === 1));
  }

  #target(at: number, to: Label): number {
    if (to.position === undefined)
      throw new Error(`the label of the jump at ${at} was never placed`);
    return to.position;
  }

  /** 1 for each instruction that some path reaches. */
  #reach(targets: ReadonlyMap<number, number>): Uint8Array {
    const reached = new Uint8Array(this.#instructions.length);
    const open = [0];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      // A straight run; jumps are taken later.
      while (reached[at] === 0) {
        reached[at] = 1;
        const { opcode } = this.#instructions[at]!;
        const target = targets.get(at);
        if (target !== undefined) open.push(target);
        if (opcode === OPCODE.exit || opcode === OPCODE.jump) break;
        at++;
      }
    }
    return reached;
  }

  #operate(opcode: number, dst: RegisterNumber, operand: Operand, offset: number): this {
    return typeof operand === "number"
      ? this.#push(opcode, dst, 0, offset, operand)
      : this.#push(opcode | OPCODE.registerOperand, dst, operand.register, offset, 0);
  }

  #pushWide(dst: RegisterNumber, src: number, low: number, high: number): this {
    return this.#push(OPCODE.loadImmediate64, dst, src, 0, low).#push(0, 0, 0, 0, high);
  }

  #push(opcode: number, dst: RegisterNumber, src: number, offset: number, immediate: number): this {
    this.#instructions.push({ opcode, dst, src, offset, immediate });
    return this;
  }
}

/** A register as an operand. */
export function reg(register: RegisterNumber): Operand {
  return { register };
}
