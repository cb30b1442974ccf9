import { rmSync } from "node:fs";
import { Assembler } from "../bpf/assembler.ts";
import { closeDescriptor } from "../bpf/descriptor.ts";
import { R0, R1, R2 } from "../bpf/instruction.ts";
import { attachPerfEvent, attachUprobeMulti } from "../bpf/link.ts";
import { createSharedArray, mapSharedArray } from "../bpf/map.ts";
import { loadProgram } from "../bpf/program.ts";
import { readElf } from "../elf/elf.ts";
import { functionSymbol, writeSharedObject } from "../elf/shared-object.ts";
import { bytesSource } from "../elf/source.ts";
import { CorelensError } from "../errors.ts";
import { type Library, loadLibrary } from "../kernel/library.ts";
import { storeSharedObject } from "../usdt/declare/file.ts";
import { readProbes } from "../usdt/read-probes.ts";
import { RET } from "../usdt/site-instruction.ts";
import { detectAttachSupport } from "./support.ts";

/*
 * Tests in this process whether the kernel damages a function when a program is attached to it. A leaf function may keep
 * values below its stack pointer, in the red zone of the System V ABI (128 bytes). The function of the test does:
 *
 *     mov  $0x5a5a5a5a,%rax
 *     mov  %rax,-0x8(%rsp)      two values in the red zone
 *     mov  %rax,-0x10(%rsp)
 *     <the site>                the kernel writes a trap or a call here
 *     mov  -0x8(%rsp),%rax      return both values
 *     mov  %rax,(%rdi)
 *     mov  -0x10(%rsp),%rax
 *     mov  %rax,0x8(%rdi)
 *     ret
 */

export interface SiteTrial {
  /** Whether every call reached the program. */
  readonly fires: boolean;
  /** Whether the function found its values in the red zone after every call. */
  readonly isIntact: boolean;
}

const NAME = { provider: "corelens", name: "trial" };
const CANARY = 0x5a5a_5a5a;
const BEFORE = [
  ...[0x48, 0xc7, 0xc0, 0x5a, 0x5a, 0x5a, 0x5a],
  ...[0x48, 0x89, 0x44, 0x24, 0xf8],
  ...[0x48, 0x89, 0x44, 0x24, 0xf0],
];
const AFTER = [
  ...[0x48, 0x8b, 0x44, 0x24, 0xf8],
  ...[0x48, 0x89, 0x07],
  ...[0x48, 0x8b, 0x44, 0x24, 0xf0],
  ...[0x48, 0x89, 0x47, 0x08],
  ...RET,
];
/** The first call reaches a trap; the kernel may then replace the trap by a call. */
const CALLS = 4;

/**
 * @param instructions the bytes of the site's instructions
 * @param at the offset among them to attach to
 * @throws CorelensError NO_PERMISSION, KERNEL_UNSUPPORTED, FILE_UNWRITABLE, FILE_UNREADABLE
 */
export function trySite(instructions: readonly number[], at: number): SiteTrial {
  const bytes = writeSharedObject("x86-64", [
    {
      ...NAME,
      argumentText: "",
      code: Uint8Array.from([...BEFORE, ...instructions, ...AFTER]),
      site: BEFORE.length + at,
    },
  ]);
  const path = storeSharedObject(bytes, undefined);
  try {
    const { fileOffset } = readProbes(readElf(bytesSource(bytes), path)).probes[0]!;
    return callAttached(loadLibrary(path), { path, fileOffset: fileOffset! });
  } finally {
    rmSync(path, { force: true });
  }
}

function callAttached(
  library: Library,
  { path, fileOffset }: { readonly path: string; readonly fileOffset: number },
): SiteTrial {
  const hits = createSharedArray("corelens_try", 8);
  const mapping = mapSharedArray(hits, 8);
  const descriptors = [hits];
  try {
    const support = detectAttachSupport();
    const code = new Assembler()
      .loadMapValue(R1, hits, 0)
      .mov(R2, 1)
      .atomicAdd(8, R1, 0, R2)
      .mov(R0, 0)
      .exit()
      .finish();
    const program = loadProgram({ name: "corelens_try", code, ...support });
    descriptors.push(program);
    const target = { path, pid: process.pid };
    const site = { fileOffset, semaphoreOffset: 0 };
    try {
      descriptors.push(
        support.attach === "uprobe_multi"
          ? attachUprobeMulti(program, target, [site])
          : attachPerfEvent(program, target, site),
      );
    } catch (error) {
      // Some kernels refuse some instructions, such as a ten-byte nop.
      if (error instanceof CorelensError && error.code === "KERNEL_REFUSED")
        return { fires: false, isIntact: true };
      throw error;
    }
    const isIntact = callFunction(library);
    return { fires: new BigUint64Array(mapping.memory, 0, 1)[0] === BigInt(CALLS), isIntact };
  } finally {
    mapping.unmap();
    for (const descriptor of descriptors.toReversed()) closeDescriptor(descriptor);
  }
}

function callFunction(library: Library): boolean {
  const call = library.func(functionSymbol(NAME));
  const values = new BigUint64Array(2);
  const address = Number(library.addressOf(new Uint8Array(values.buffer)));
  for (let i = 0; i < CALLS; i++) {
    call(address);
    if (values.some((value) => value !== BigInt(CANARY))) return false;
  }
  return true;
}
