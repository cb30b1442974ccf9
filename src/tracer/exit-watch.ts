import { Assembler, reg } from "../bpf/assembler.ts";
import { closeDescriptor } from "../bpf/descriptor.ts";
import { R0, R1, R2, R3, R9 } from "../bpf/instruction.ts";
import { attachRawTracepoint } from "../bpf/raw-tracepoint.ts";
import { nestedPidNamespace } from "../kernel/pid-namespace.ts";
import { loadIds } from "./program.ts";
import { NEW_PROCESSES, SHARED } from "./shared-state.ts";

/**
 * Traces new processes from the moment when the traced process ends. A program in the kernel does this before the
 * parent can start the next process. User space learns of the end later, and would miss the first events of the next
 * process. If the kernel refuses the program, only user space does it.
 */
export class ExitWatch {
  readonly #descriptors: readonly number[];

  /** @param shared the map of the shared state */
  constructor(shared: number) {
    this.#descriptors =
      attachRawTracepoint("sched_process_exit", "corelens_exit", exitProgram(shared)) ?? [];
  }

  close(): void {
    for (const descriptor of this.#descriptors) closeDescriptor(descriptor);
  }
}

/** Runs at the end of every thread. The end of the first thread counts as the end of the process. */
function exitProgram(shared: number): Uint8Array {
  const asm = new Assembler();
  const end = asm.label();
  loadIds(asm, nestedPidNamespace());
  asm.mov(R1, reg(R9)).alu("rsh", R1, 32);
  asm.mov(R2, reg(R9)).alu("lsh", R2, 32).alu("rsh", R2, 32).jumpIf(R2, "!=", reg(R1), end);
  for (const set of [0, 1] as const) {
    const next = asm.label();
    asm
      .loadMapValue(R2, shared, SHARED.process(set))
      .load(4, R3, R2, 0)
      .jumpIf(R3, "!=", reg(R1), next)
      .store(4, R2, 0, NEW_PROCESSES)
      .place(next);
  }
  return asm.place(end).mov(R0, 0).exit().finish();
}
