/**
 * One argument of a probe, as its note describes where to find it: `SIZE@OPERAND`, e.g. `-4@%eax`.
 * SIZE is the width in bytes, negative when signed, followed by `f` for a floating-point number. An operand by itself
 * is an unsigned word.
 */
export type Argument =
  | RegisterArgument
  | MemoryArgument
  | ConstantArgument
  | WordsArgument
  | ForeignArgument
  | UnreadableArgument;

interface ArgumentBase {
  /** The specification as the note has it, e.g. `8@-1744(%rbp)`. */
  readonly text: string;
  /** Width in bytes: 1, 2, 4 or 8. */
  readonly size: ArgumentSize;
  readonly signed: boolean;
  /** An IEEE 754 number of 4 or 8 bytes; absent for integers and pointers. */
  readonly float?: true;
}

export type ArgumentSize = 1 | 2 | 4 | 8;

/** A register as the kernel shows it to a program. */
export interface Register {
  /** Its name in the note, without `%`: `eax`, `r12`, `x19`. */
  readonly name: string;
  /** Byte offset in the architecture's `struct pt_regs` (aarch64: `user_pt_regs`). */
  readonly offset: number;
  /** Bits the value is shifted by within the register: 8 for ah, bh, ch, dh, else 0. */
  readonly shift: number;
  /** Width in bytes that the name denotes: 4 for `eax`. */
  readonly width: ArgumentSize;
}

export interface RegisterArgument extends ArgumentBase {
  readonly kind: "register";
  readonly register: Register;
}

/**
 * The value lies in the traced process's memory at base + index * scale + displacement.
 * `base: "probe"` is for rip-relative symbols: the address is that of the probe's own instruction plus `displacement`.
 * `displacement` is a safe integer, and fits 32 bits when `base` is a register.
 */
export interface MemoryArgument extends ArgumentBase {
  readonly kind: "memory";
  readonly base: Register | "probe" | null;
  readonly index: Register | null;
  readonly scale: 1 | 2 | 4 | 8;
  readonly displacement: number;
}

export interface ConstantArgument extends ArgumentBase {
  readonly kind: "constant";
  /** As a type of this width and sign holds it: 4294967295 for `4@$-1`. */
  readonly value: bigint;
}

/**
 * A value of another width than an integer has, such as a struct that is passed by value. It is read in words of
 * 8 bytes, the lowest first; the last word holds the bytes that are left.
 */
export interface WordsArgument {
  readonly kind: "words";
  readonly text: string;
  /** Width in bytes. */
  readonly size: number;
  readonly signed: boolean;
  readonly words: readonly Operand[];
}

/** Where a value lies that can be read, whatever its width. */
export type Operand =
  | Omit<RegisterArgument, keyof ArgumentBase>
  | Omit<MemoryArgument, keyof ArgumentBase>
  | Omit<ConstantArgument, keyof ArgumentBase>;

/** An argument of a machine whose programs are not traced: its operand is only shown. */
export interface ForeignArgument {
  readonly kind: "foreign";
  readonly text: string;
  /** Width in bytes. */
  readonly size: number;
  readonly signed: boolean;
  readonly float?: true;
}

/** A form that cannot be read; the probe's other arguments are unaffected. */
export interface UnreadableArgument {
  readonly kind: "unreadable";
  readonly text: string;
  /** Known even where the operand is not, when the text begins with `SIZE@`. */
  readonly size: number | null;
  readonly signed: boolean;
  readonly float?: true;
  readonly reason: string;
}
