import type { TracedMachine } from "../../elf/header.ts";
import type { ArgumentSize } from "../argument.ts";
import { ARGUMENT_TYPES, type ArgumentType } from "../argument-type.ts";
import { NOP5, RET } from "../site-instruction.ts";

/**
 * The machine code of one probe: a function `void probe(const uint64_t slots[12])` that copies the slots to the
 * locations in the note and then runs the site's nop.
 *
 *     mov    (%rdi),%rax           ldr  x1, [x0]
 *     mov    0x8(%rdi),%rcx        ldr  x2, [x0, #8]
 *     ...                          ...
 *     nopl   0x0(%rax,%rax,1)      nop
 *     ret                          ret
 *
 * Arguments are in registers, because a tracer gets the registers with each hit, but must read memory with a guarded
 * kernel call for each argument: a hit with six integers took 609 ns from registers and 959 ns from memory. The
 * registers are caller-saved, so the function saves nothing. On x86-64 there are eight such registers; from the ninth
 * argument on, the note refers to the slot itself: `8@64(%rdi)`.
 *
 * Slots are 64-bit words, extended by sign, so readers that ignore an argument's width also get its value.
 *
 * On x86-64 the nop has five bytes: Linux 6.18 to 7.2 replace it with a call instead of a trap (609 ns instead of
 * 756 ns). The call writes 32 bytes below the stack pointer. That is safe here, and only because the function stores
 * nothing there and returns at once; in compiled code, a lone five-byte nop lets the kernel overwrite a function's
 * own memory (site-instruction.ts).
 */
export interface Site {
  readonly code: Uint8Array;
  /** Offset of the nop in `code`. */
  readonly site: number;
  /** The note's arguments: `-8@%rax 4@%ecx`. */
  readonly argumentText: string;
}

export function probeSite(machine: TracedMachine, types: readonly ArgumentType[]): Site {
  return machine === "x86-64" ? x86Site(types) : aarch64Site(types);
}

/**
 * Names by width of the caller-saved registers except rdi, with their number in an instruction. The low byte of r8
 * and higher has the 32-bit name here, because gdb calls it r8l and all other tools call it r8b.
 */
const X86_REGISTERS: readonly (Record<ArgumentSize, string> & { number: number })[] = [
  { 8: "rax", 4: "eax", 2: "ax", 1: "al", number: 0 },
  { 8: "rcx", 4: "ecx", 2: "cx", 1: "cl", number: 1 },
  { 8: "rdx", 4: "edx", 2: "dx", 1: "dl", number: 2 },
  { 8: "rsi", 4: "esi", 2: "si", 1: "sil", number: 6 },
  { 8: "r8", 4: "r8d", 2: "r8w", 1: "r8d", number: 8 },
  { 8: "r9", 4: "r9d", 2: "r9w", 1: "r9d", number: 9 },
  { 8: "r10", 4: "r10d", 2: "r10w", 1: "r10d", number: 10 },
  { 8: "r11", 4: "r11d", 2: "r11w", 1: "r11d", number: 11 },
];

function x86Site(types: readonly ArgumentType[]): Site {
  const RDI = 7;
  const code: number[] = [];
  const operands = types.map((type, index) => {
    const { size } = ARGUMENT_TYPES[type];
    const register = X86_REGISTERS[index];
    if (!register) return `${index * 8}(%rdi)`;
    // mov disp8(%rdi),register: REX.W (with REX.R for r8 and up), opcode, ModRM, displacement
    const high = register.number >> 3;
    code.push(0x48 | (high << 2), 0x8b, 0x40 | ((register.number & 7) << 3) | RDI, index * 8);
    return `%${register[size]}`;
  });
  const site = code.length;
  code.push(...NOP5, ...RET);
  return { code: Uint8Array.from(code), site, argumentText: argumentText(types, operands) };
}

function aarch64Site(types: readonly ArgumentType[]): Site {
  const NOP = 0xd503_201f;
  const RET = 0xd65f_03c0;
  // ldr x(index + 1), [x0, #(8 * index)]: the immediate counts in units of 8 bytes
  const loads = types.map((_, index) => (0xf940_0000 | (index << 10) | (index + 1)) >>> 0);
  const operands = types.map((_, index) => `x${index + 1}`);
  const code = new DataView(new ArrayBuffer(4 * (loads.length + 2)));
  for (const [index, word] of [...loads, NOP, RET].entries()) code.setUint32(4 * index, word, true);
  return {
    code: new Uint8Array(code.buffer),
    site: 4 * loads.length,
    argumentText: argumentText(types, operands),
  };
}

/** `-4@%eax 8@64(%rdi)` */
function argumentText(types: readonly ArgumentType[], operands: readonly string[]): string {
  return types
    .map((type, index) => {
      const { size, signed } = ARGUMENT_TYPES[type];
      return `${signed ? "-" : ""}${size}@${operands[index]}`;
    })
    .join(" ");
}
