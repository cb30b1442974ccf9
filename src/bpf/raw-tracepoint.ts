import { closeDescriptor } from "./descriptor.ts";
import { Attributes, LICENSE } from "./syscall.ts";

const TYPE_RAW_TRACEPOINT = 17;

/**
 * Runs a program at one of the kernel's own tracepoints, e.g. `sched_process_exit`.
 * @returns the descriptors of the program and its attachment, to be closed together; null when the kernel refuses
 */
export function attachRawTracepoint(
  tracepoint: string,
  name: string,
  code: Uint8Array,
): readonly number[] | null {
  const program = new Attributes("programLoad")
    .u32("type", TYPE_RAW_TRACEPOINT)
    .u32("instructionCount", code.length / 8)
    .pointer("instructions", code)
    .text("license", LICENSE)
    .name("name", name)
    .call();
  if (program < 0) return null;
  const attachment = new Attributes("rawTracepointOpen")
    .text("name", tracepoint)
    .u32("program", program)
    .call();
  if (attachment >= 0) return [attachment, program];
  closeDescriptor(program);
  return null;
}
