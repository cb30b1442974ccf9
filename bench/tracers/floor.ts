/** An empty program at the probe: the least that any tracer of this kind costs. `node floor.js BINARY PROBE` */
import { Assembler } from "#src/bpf/assembler.js";
import { R0 } from "#src/bpf/instruction.js";
import { attachUprobeMulti } from "#src/bpf/link.js";
import { loadProgram } from "#src/bpf/program.js";
import { readBinary } from "#src/node/process/binary.js";
import { attachable } from "#src/session/attach/attachable.js";
import { probeName } from "#src/usdt/probe.js";
import { tracerArguments } from "./arguments.ts";

const { target: path, tracepoint } = tracerArguments();
const { probes } = readBinary(path);
const sites = probes.filter((probe) => probeName(probe) === tracepoint).flatMap(attachable);
const code = new Assembler().mov(R0, 0).exit().finish();
const program = loadProgram({ name: "floor", code, attach: "uprobe_multi", sleepable: false });
attachUprobeMulti(program, { path, pid: null }, sites);
const attached = setInterval(() => {}, 2 ** 30);
process.once("SIGINT", () => clearInterval(attached));
