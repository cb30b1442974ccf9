/**
 * An empty program at the probe: the least that any tracer of this kind costs. `node floor.js BINARY PROBE`; at every
 * probe of the binary without PROBE.
 */
import { attachEmptyProgram } from "../empty-program.ts";

const [path, tracepoint] = process.argv.slice(2);
if (path === undefined) throw new Error("name a binary");
attachEmptyProgram(path, tracepoint);
const attached = setInterval(() => {}, 2 ** 30);
process.once("SIGINT", () => clearInterval(attached));
