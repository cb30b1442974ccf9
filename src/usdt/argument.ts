/**
 * One argument of a probe. Its note describes where to find it as `SIZE@OPERAND`, e.g. `-4@%eax`.
 * SIZE is the width in bytes, negative for signed integers, followed by `f` for floating-point numbers. An operand
 * without a size is an unsigned word.
 */
export type Argument =
  | RegisterArgument
  | MemoryArgument
  | ConstantArgument
  | WordsArgument
  | ForeignArgument
  | UnreadableArgument;

interface ArgumentBase {
  /** The text in the note, e.g. `8@-1744(%rbp)`. */
  readonly text: string;
  /** Width in bytes: 1, 2, 4 or 8. */
  readonly size: ArgumentSize;
  readonly signed: boolean;
  /** An IEEE 754 number of 4 or 8 bytes; absent for integers and pointers. */
  readonly float?: true;
}

export type ArgumentSize = 1 | 2 | 4 | 8;

/** A register that the kernel passes to a tracer's program. */
export interface Register {
  /** Its name in the note, without `%`: `eax`, `r12`, `x19`. */
  readonly name: string;
  /** Byte offset in the architecture's `struct pt_regs` (aarch64: `user_pt_regs`). */
  readonly offset: number;
  /** Position of the value's lowest bit in the register: 8 for ah, bh, ch, dh, else 0. */
  readonly shift: number;
  /** Width in bytes of the register of this name: 4 for `eax`. */
  readonly width: ArgumentSize;
}

export interface RegisterArgument extends ArgumentBase {
  readonly kind: "register";
  readonly register: Register;
}

/**
 * The value is in the traced process's memory at base + index * scale + displacement.
 * `base: "probe"` stands for rip-relative symbols: the address is that of the probe's instruction plus `displacement`.
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
  /** The value in an integer type of this width and sign: 4294967295 for `4@$-1`. */
  readonly value: bigint;
}

/**
 * A value that has no integer's width, such as a struct that is passed by value. A tracer reads it in words of
 * 8 bytes, the lowest first; the last word holds the remaining bytes.
 */
export interface WordsArgument {
  readonly kind: "words";
  readonly text: string;
  /** Width in bytes. */
  readonly size: number;
  readonly signed: boolean;
  readonly words: readonly Operand[];
}

/** The location of a readable value of any width. */
export type Operand =
  | Omit<RegisterArgument, keyof ArgumentBase>
  | Omit<MemoryArgument, keyof ArgumentBase>
  | Omit<ConstantArgument, keyof ArgumentBase>;

/** An argument of a machine whose programs cannot be traced. Its operand is shown, but not parsed. */
export interface ForeignArgument {
  readonly kind: "foreign";
  readonly text: string;
  /** Width in bytes. */
  readonly size: number;
  readonly signed: boolean;
  readonly float?: true;
}

/** An argument that cannot be read. The probe's other arguments are unaffected. */
export interface UnreadableArgument {
  readonly kind: "unreadable";
  readonly text: string;
  /** Known if the text begins with `SIZE@`, even if the operand is unknown. */
  readonly size: number | null;
  readonly signed: boolean;
  readonly float?: true;
  readonly reason: string;
}
