import { type Assembler, type Label, reg } from "../bpf/assembler.ts";
import { FP, R0, R1, R2, R3, R5, R8 } from "../bpf/instruction.ts";
import type { FieldReference } from "../query/condition.ts";
import type { ArgumentLoader } from "../tracer/argument-loader.ts";
import { IntegerWriter } from "../tracer/integer-writer.ts";
import { loadZeroByteMasks, markZeroBytes } from "../tracer/zero-byte.ts";
import { type CountLayout, type KeyPart, UNREADABLE_SHIFT } from "./count-layout.ts";

/** Bytes at the end of the stack that loading an argument uses; the key lies before them. */
export const LOAD_ROOM = 16;
const STACK = 512;
export const MAX_KEY_BYTES = STACK - LOAD_ROOM;

/**
 * Writes the instructions that build an event's key on the stack. Equal values must have equal bytes, so the bytes after
 * a text's NUL are cleared.
 */
export class KeyWriter {
  readonly #asm: Assembler;
  readonly #loader: ArgumentLoader;
  readonly #integers: IntegerWriter;
  /** Offset of the key from the frame pointer. */
  readonly offset: number;

  constructor(asm: Assembler, loader: ArgumentLoader, layout: CountLayout) {
    this.#asm = asm;
    this.#loader = loader;
    this.#integers = new IntegerWriter(asm, loader);
    this.offset = -LOAD_ROOM - layout.keySize;
  }

  /** @param fields the fields of the parts, in their order */
  write(parts: readonly KeyPart[], fields: readonly FieldReference[]): void {
    this.#asm.store(8, FP, this.offset, 0);
    for (const [i, part] of parts.entries()) this.#writePart(i, part, fields[i]!);
  }

  #writePart(index: number, part: KeyPart, field: FieldReference): void {
    const asm = this.#asm;
    const at = this.offset + part.offset;
    const unreadable = asm.label();
    const done = asm.label();
    this.#integers.load(R8, field, unreadable);
    if (part.field.type === "hash") {
      this.#copy(at, part.size);
      asm.jumpIf(R0, "!=", 0, unreadable);
    } else if (part.field.type === "string") {
      this.#writeText(index, at, part.size, unreadable, done);
    } else {
      asm.store(8, FP, at, reg(R8));
    }
    asm.jump(done).place(unreadable);
    this.#clear(at, part.size);
    this.#mark(index + UNREADABLE_SHIFT);
    asm.place(done);
  }

  /**
   * Copies a text's whole room, then clears the bytes after its NUL. Only rare cases jump: the lengths of texts vary, and a
   * jump that the CPU predicts wrongly would cost the node as much as the rest.
   */
  #writeText(index: number, at: number, size: number, unreadable: Label, done: Label): void {
    const asm = this.#asm;
    const byString = asm.label();
    this.#copy(at, size);
    asm.jumpIf(R0, "!=", 0, byString).mov(R5, -1);
    loadZeroByteMasks(asm);
    for (let word = at; word < at + size; word += 8) {
      asm.load(8, R1, FP, word);
      markZeroBytes(asm);
      asm
        // R0 = the mask of the bytes before the NUL; all bits without a NUL.
        .mov(R0, 0)
        .alu("sub", R0, reg(R2))
        .mov(R8, reg(R0))
        .alu("and", R0, reg(R2))
        .alu("rsh", R0, 7)
        .alu("sub", R0, 1)
        // R5 = all bits until a word has a NUL, then 0.
        .alu("and", R1, reg(R5))
        .alu("and", R1, reg(R0))
        .store(8, FP, word, reg(R1))
        .alu("or", R8, reg(R2))
        .alu("rsh", R8, 63)
        .alu("sub", R8, 1)
        .alu("and", R5, reg(R8));
    }
    asm.jumpIf(R5, "==", 0, done).store(1, FP, at + size - 1, 0);
    this.#mark(index);
    asm.jump(done);
    // A short text may end just before memory that cannot be read.
    asm.place(byString);
    this.#clear(at, size);
    asm
      .mov(R1, reg(FP))
      .alu("add", R1, at)
      .mov(R2, size)
      .mov(R3, reg(R8))
      .call("probe_read_user_str")
      .jumpIf(R0, "s<=", 0, unreadable)
      .jumpIf(R0, "!=", size, done);
    this.#mark(index);
    asm.jump(done);
  }

  #copy(at: number, size: number): void {
    this.#asm.mov(R1, reg(FP)).alu("add", R1, at).mov(R2, size).mov(R3, reg(R8));
    this.#loader.readUser();
  }

  #clear(at: number, size: number): void {
    for (let word = 0; word < size; word += 8) this.#asm.store(8, FP, at + word, 0);
  }

  #mark(bit: number): void {
    this.#asm
      .loadImmediate64(R2, 1n << BigInt(bit))
      .load(8, R1, FP, this.offset)
      .alu("or", R1, reg(R2))
      .store(8, FP, this.offset, reg(R1));
  }
}
