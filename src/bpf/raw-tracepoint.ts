import { closeDescriptor } from "./descriptor.ts";
import { Attributes } from "./syscall.ts";

const TYPE_RAW_TRACEPOINT = 17;

/**
 * Runs a program at one of the kernel's own tracepoints, as `sched_process_exit`.
 * @returns descriptors of the program and of its attachment, both of which hold it; null where the kernel refuses
 */
export function attachRawTracepoint(
  tracepoint: string,
  name: string,
  code: Uint8Array,
): readonly number[] | null {
  const program = new Attributes(64)
    .u32(0, TYPE_RAW_TRACEPOINT)
    .u32(4, code.length / 8)
    .pointer(8, code)
    .text(16, "Dual MIT/GPL")
    .name(48, 16, name)
    .call("programLoad");
  if (program < 0) return null;
  const attachment = new Attributes(16)
    .text(0, tracepoint)
    .u32(8, program)
    .call("rawTracepointOpen");
  if (attachment >= 0) return [attachment, program];
  closeDescriptor(program);
  return null;
}
