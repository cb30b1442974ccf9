import { type Assembler, type Label, reg } from "../bpf/assembler.ts";
import { FP, R0, R1, R2, R3, R7, R8 } from "../bpf/instruction.ts";
import type { ArgumentLoader } from "./argument-loader.ts";
import type { Slot } from "./record-layout.ts";
import { loadZeroByteMasks, markZeroBytes } from "./zero-byte.ts";

/** Bytes of a string that are copied at once; most end within them. */
const HEAD = 32;

/**
 * Writes the instructions that read strings into the record at R7. R8 is lost.
 *
 * A copy into a record waits for its cache lines, stores do not. So a string that should be short is copied to the stack,
 * and stored word by word up to its end.
 */
export class StringWriter {
  readonly #asm: Assembler;
  readonly #loader: ArgumentLoader;

  constructor(asm: Assembler, loader: ArgumentLoader) {
    this.#asm = asm;
    this.#loader = loader;
  }

  /** @param tooLong where to go on when the string does not fit, or cannot be read */
  writeShort({ argument, offset, size }: Slot, tooLong: Label): void {
    const asm = this.#asm;
    const ended = asm.label();
    this.#loader.loadValue(R8, argument, tooLong);
    for (let start = 0; start < size; start += HEAD) {
      const bytes = Math.min(HEAD, size - start);
      this.#copyToStack(bytes, start, tooLong);
      loadZeroByteMasks(asm);
      for (let word = 0; word < bytes; word += 8) {
        asm.load(8, R1, FP, word - bytes).store(8, R7, offset + start + word, reg(R1));
        markZeroBytes(asm);
        asm.jumpIf(R2, "!=", 0, ended);
      }
    }
    asm.jump(tooLong).place(ended);
  }

  /** Copies bytes of the string from `start` on, or what there is of them, to the end of the stack. */
  #copyToStack(bytes: number, start: number, unreadable: Label): void {
    const asm = this.#asm;
    const copied = asm.label();
    this.#loader.copyToStack(bytes, start);
    asm.jumpIf(R0, "==", 0, copied);
    // What lies behind a short string may not be readable, the string itself is.
    for (let word = 0; word < bytes; word += 8) asm.store(8, FP, word - bytes, 0);
    asm
      .mov(R1, reg(FP))
      .alu("add", R1, -bytes)
      .mov(R2, bytes)
      .mov(R3, reg(R8))
      .alu("add", R3, start)
      .call("probe_read_user_str")
      .jumpIf(R0, "s<=", 0, unreadable)
      .place(copied);
  }

  /** @param cut where to go on when the string is longer than its room */
  writeLong(slot: Slot, cut: Label, unreadable: Label): void {
    const asm = this.#asm;
    const last = slot.size - 1;
    const ended = asm.label();
    this.#loader.loadValue(R8, slot.argument, unreadable);
    this.#readString(slot);
    if (this.#loader.isSleepable) {
      // The reader of strings cannot wait for a page: touch both that the string may lie on, and try again.
      const read = asm.label();
      asm.jumpIf(R0, "s>", 0, read);
      this.#loader.copyToStack(1);
      this.#loader.copyToStack(1, last);
      this.#readString(slot);
      asm.place(read);
    }
    asm.jumpIf(R0, "s<=", 0, unreadable).jumpIf(R0, "s<", slot.size, ended);
    // The room is used up, by a longer string or by one that just fits.
    this.#loader.copyToStack(1, last);
    asm.jumpIf(R0, "!=", 0, cut).load(1, R1, FP, -1).jumpIf(R1, "!=", 0, cut).place(ended);
  }

  #readString({ offset, size }: Slot): void {
    this.#asm
      .mov(R1, reg(R7))
      .alu("add", R1, offset)
      .mov(R2, size)
      .mov(R3, reg(R8))
      .call("probe_read_user_str");
  }
}
