/** The least that any tracer of this kind costs: an empty program at the probe. `node floor.js BINARY PROBE` */
import { Assembler } from "../../dist/bpf/assembler.js";
import { R0 } from "../../dist/bpf/instruction.js";
import { attachUprobeMulti } from "../../dist/bpf/link.js";
import { loadProgram } from "../../dist/bpf/program.js";
import { readBinary } from "../../dist/node/process/binary.js";
import { probeName } from "../../dist/usdt/probe.js";

const [path, name] = process.argv.slice(2);
const sites = readBinary(path).probes.filter((probe) => probeName(probe) === name);
const code = new Assembler().mov(R0, 0).exit().finish();
const program = loadProgram({ name: "floor", code, attach: "uprobe_multi", sleepable: false });
attachUprobeMulti(program, { path, pid: null }, sites);
const attached = setInterval(() => {}, 2 ** 30);
process.once("SIGINT", () => clearInterval(attached));
