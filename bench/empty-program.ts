import { Assembler } from "#src/bpf/assembler.js";
import { closeDescriptor } from "#src/bpf/descriptor.js";
import { R0 } from "#src/bpf/instruction.js";
import { attachUprobeMulti } from "#src/bpf/link.js";
import { loadProgram } from "#src/bpf/program.js";
import { readBinary } from "#src/node/process/binary.js";
import { attachable } from "#src/session/attach/attachable.js";
import { probeName } from "#src/usdt/probe.js";

/**
 * Attaches an empty program to probes of a file: the least that any tracer of this kind costs.
 * @param name of the probe; all probes, if undefined
 * @returns a function that detaches
 */
export function attachEmptyProgram(path: string, name?: string): () => void {
  const { probes } = readBinary(path);
  const wanted = probes.filter((probe) => name === undefined || probeName(probe) === name);
  const code = new Assembler().mov(R0, 0).exit().finish();
  const program = loadProgram({ name: "floor", code, attach: "uprobe_multi", sleepable: false });
  const link = attachUprobeMulti(program, { path, pid: null }, wanted.flatMap(attachable));
  return () => {
    for (const descriptor of [link, program]) closeDescriptor(descriptor);
  };
}
