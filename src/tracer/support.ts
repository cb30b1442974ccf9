import { Assembler } from "../bpf/assembler.ts";
import { closeDescriptor } from "../bpf/descriptor.ts";
import { unsupported } from "../bpf/feature.ts";
import { R0 } from "../bpf/instruction.ts";
import { hasUprobeMulti } from "../bpf/link.ts";
import { type AttachKind, tryProgram } from "../bpf/program.ts";

/** A way to attach programs. */
export interface AttachSupport {
  readonly attach: AttachKind;
  readonly sleepable: boolean;
}

/** The best way first; older kernels lack the first ones. */
const WAYS: readonly AttachSupport[] = [
  { attach: "uprobe_multi", sleepable: true },
  { attach: "perf_event", sleepable: true },
  { attach: "perf_event", sleepable: false },
];

/**
 * Finds the best way of this kernel: loads an empty program in each way, until one works.
 * @throws CorelensError NO_PERMISSION, KERNEL_UNSUPPORTED
 */
export function detectAttachSupport(): AttachSupport {
  const code = new Assembler().mov(R0, 0).exit().finish();
  for (const way of WAYS) {
    const program = tryProgram({ name: "corelens_try", code, ...way });
    if (program === null) continue;
    const works = way.attach === "perf_event" || hasUprobeMulti(program);
    closeDescriptor(program);
    if (works) return way;
  }
  throw unsupported("programs");
}
