/**
 * The machine form of eBPF instructions: 8 bytes each, little-endian.
 *
 *     0        1        2        4                8
 *     ┌────────┬────┬───┬────────┬────────────────┐
 *     │ opcode │src │dst│ offset │   immediate    │   `ld_imm64` takes two such slots
 *     └────────┴────┴───┴────────┴────────────────┘
 */

/** R1-R5 pass arguments and are lost in a call, R6-R9 survive it, R0 returns, R10 is the frame pointer. */
export type RegisterNumber = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;
export const R0 = 0;
export const R1 = 1;
export const R2 = 2;
export const R3 = 3;
export const R4 = 4;
export const R5 = 5;
export const R6 = 6;
export const R7 = 7;
export const R8 = 8;
export const R9 = 9;
export const FP = 10;

/** Width of a load or store in bytes. */
export type Width = 1 | 2 | 4 | 8;

export interface Instruction {
  readonly opcode: number;
  readonly dst: RegisterNumber;
  /** A register, or for `ld_imm64` the kind of its immediate. */
  readonly src: number;
  readonly offset: number;
  readonly immediate: number;
}

const SIZE_BITS = { 1: 0x10, 2: 0x08, 4: 0x00, 8: 0x18 } as const;

/** 64-bit arithmetic, `dst = dst OP operand`. */
export const ALU = {
  add: 0x07,
  sub: 0x17,
  mul: 0x27,
  /** Unsigned; kernels before 6.6 have no signed division. */
  div: 0x37,
  or: 0x47,
  and: 0x57,
  lsh: 0x67,
  rsh: 0x77,
  mod: 0x97,
  xor: 0xa7,
  mov: 0xb7,
  arsh: 0xc7,
} as const;
export type AluOperation = keyof typeof ALU;

/** Jumps taken when `dst OP operand`; s… compare signed. */
export const JUMP = {
  "==": 0x15,
  ">": 0x25,
  ">=": 0x35,
  "!=": 0x55,
  "s>": 0x65,
  "s>=": 0x75,
  "<": 0xa5,
  "<=": 0xb5,
  "s<": 0xc5,
  "s<=": 0xd5,
} as const;
export type Comparison = keyof typeof JUMP;

export const OPCODE = {
  /** `dst = *(width *)(src + offset)` */
  load: (width: Width) => 0x61 | SIZE_BITS[width],
  /** `*(width *)(dst + offset) = src` */
  store: (width: Width) => 0x63 | SIZE_BITS[width],
  /** `*(width *)(dst + offset) = immediate` */
  storeImmediate: (width: Width) => 0x62 | SIZE_BITS[width],
  /** An operation of ATOMIC on `*(width *)(dst + offset)`. */
  atomic: (width: 4 | 8) => 0xc3 | SIZE_BITS[width],
  /** dst = 64-bit immediate or a map; takes two slots */
  loadImmediate64: 0x18,
  /** Reverses the byte order of dst; the immediate holds the width in bits. */
  toBigEndian: 0xdc,
  jump: 0x05,
  call: 0x85,
  exit: 0x95,
  /** Added to an ALU or JUMP opcode: the operand is a register, not the immediate. */
  registerOperand: 0x08,
} as const;

/** The immediate of an atomic instruction. */
export const ATOMIC = {
  /** `*(dst + offset) += src` */
  add: 0x00,
  /** `old = *(dst + offset); if (old == R0) *(dst + offset) = src; R0 = old` */
  compareExchange: 0xf1,
} as const;

/** What the immediate of `ld_imm64` names (its src field). */
export const PSEUDO = { map: 1, mapValue: 2 } as const;

/** Kernel functions that programs call, by number. */
export const HELPER = {
  map_lookup_elem: 1,
  map_update_elem: 2,
  ktime_get_ns: 5,
  get_prandom_u32: 7,
  get_smp_processor_id: 8,
  get_current_pid_tgid: 14,
  probe_read_user: 112,
  probe_read_user_str: 114,
  get_ns_current_pid_tgid: 120,
  ringbuf_reserve: 131,
  ringbuf_submit: 132,
  ringbuf_discard: 133,
  copy_from_user: 148,
  get_attach_cookie: 174,
} as const;
export type Helper = keyof typeof HELPER;

/** The machine form of a program. */
export function encode(instructions: readonly Instruction[]): Uint8Array {
  const code = new Uint8Array(instructions.length * 8);
  const view = new DataView(code.buffer);
  for (const [i, instruction] of instructions.entries()) {
    const at = i * 8;
    view.setUint8(at, instruction.opcode);
    view.setUint8(at + 1, (instruction.src << 4) | instruction.dst);
    view.setInt16(at + 2, instruction.offset, true);
    view.setInt32(at + 4, instruction.immediate, true);
  }
  return code;
}
