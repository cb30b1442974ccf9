import { Assembler, reg } from "../bpf/assembler.ts";
import { closeDescriptor } from "../bpf/descriptor.ts";
import { R0, R1, R2, R3, R9 } from "../bpf/instruction.ts";
import { attachRawTracepoint } from "../bpf/raw-tracepoint.ts";
import { nestedPidNamespace } from "../kernel/pid-namespace.ts";
import { loadIds } from "./program.ts";
import { NEWCOMERS, SHARED } from "./shared-state.ts";

/**
 * Admits newcomers the moment the traced process ends, before its parent can know and start it again: whoever waits
 * for this process to hear of it loses what a quick successor does first. Where the kernel does not allow it, that is
 * how it remains.
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

/** It runs at the end of every thread; a process ends with the one that it began with. */
function exitProgram(shared: number): Uint8Array {
  const asm = new Assembler();
  const end = asm.label();
  loadIds(asm, nestedPidNamespace());
  asm.mov(R1, reg(R9)).alu("rsh", R1, 32);
  asm.mov(R2, reg(R9)).alu("lsh", R2, 32).alu("rsh", R2, 32).jumpIf(R2, "!=", reg(R1), end);
  for (const turn of [0, 1] as const) {
    const next = asm.label();
    asm
      .loadMapValue(R2, shared, SHARED.process(turn))
      .load(4, R3, R2, 0)
      .jumpIf(R3, "!=", reg(R1), next)
      .store(4, R2, 0, NEWCOMERS)
      .place(next);
  }
  return asm.place(end).mov(R0, 0).exit().finish();
}
