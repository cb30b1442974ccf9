/** The tracers that are compared: how each is started, and how it tells what it delivered. */
import { existsSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isInstalled, run } from "./command.js";

/**
 * @typedef {import("./target.js").Shape} Shape
 * @typedef {import("./target.js").Target} Target
 *
 * @typedef {object} Tracer
 * @property {string} name
 * @property {() => string | null} missing what to install, or null when it can run
 * @property {(directory: string) => Promise<void>} [prepare] builds what it needs
 * @property {(shape: Shape, target: Target) => string[]} command attaches until SIGINT
 * @property {((output: string, shape: Shape) => number) | null} delivered events in what it printed; null
 *   when it delivers none by design
 * @property {number} [steadyMs] how long after the first hits it goes on doing what it does only then
 */

const FILES = {
  floor: fileURLToPath(new URL("./tracers/floor.js", import.meta.url)),
  corelens: fileURLToPath(new URL("./tracers/corelens-consumer.js", import.meta.url)),
  corelensMetrics: fileURLToPath(new URL("./tracers/corelens-metrics.js", import.meta.url)),
  counter: fileURLToPath(new URL("./tracers/corelens-counter.js", import.meta.url)),
  bcc: fileURLToPath(new URL("./tracers/bcc-consumer.py", import.meta.url)),
  libbpf: fileURLToPath(new URL("./tracers/libbpf-consumer.c", import.meta.url)),
  libbpfProgram: fileURLToPath(new URL("./tracers/libbpf.bpf.c", import.meta.url)),
};

/** @param {string} output */
const printedCount = (output) => Number(output.trim().split("\n").at(-1));

export const FLOOR = "floor";

/** @type {Tracer} */
const floor = {
  name: FLOOR,
  missing: () => null,
  command: ({ probe }, { path }) => [process.execPath, FILES.floor, path, probe],
  delivered: null,
};

/** @type {Tracer} */
const corelens = {
  name: "corelens",
  missing: () => null,
  command: ({ probe }, { path }) => [process.execPath, FILES.corelens, path, probe],
  delivered: printedCount,
  // It lets the kernel measure its programs for up to two seconds, and later only for moments.
  steadyMs: 2200,
};

/** @type {Tracer} */
const corelensMetrics = {
  ...corelens,
  name: "corelens metrics",
  command: ({ probe }, { path }) => [process.execPath, FILES.corelensMetrics, path, probe],
};

/**
 * corelens asking something in the kernel.
 * @param {"filter" | "count" | "histogram"} question
 * @returns {Tracer}
 */
const asking = (question) => ({
  name: `corelens ${question}`,
  missing: () => null,
  command: ({ probe }, { path }) => [process.execPath, FILES.counter, path, probe, question],
  // What the filter asks for never happens.
  delivered: question === "filter" ? null : printedCount,
  steadyMs: corelens.steadyMs,
});

/** @type {Record<string, Record<string, string>>} */
const BPFTRACE_QUESTIONS = {
  count: { add: "@[arg4, arg2] = count()", msg: "@[str(arg3), str(arg2)] = count()" },
  histogram: { add: "@ = hist(arg3)", msg: "@ = hist(arg4)" },
};

/**
 * bpftrace asking the same.
 * @param {"count" | "histogram"} question
 * @returns {Tracer}
 */
const bpftraceAsking = (question) => ({
  ...bpftrace,
  name: `bpftrace ${question}`,
  command: ({ probe, key }, { path, pid }) => [
    ...["bpftrace", "-p", String(pid), "-e"],
    `usdt:${path}:${probe} { ${BPFTRACE_QUESTIONS[question][key]} }`,
  ],
  delivered: (output) =>
    [...output.matchAll(/^(?:@\[.*\]:|[[(].*[\])]) +(\d+)/gm)].reduce(
      (sum, [, count]) => sum + Number(count),
      0,
    ),
});

/** @type {Record<string, string>} */
const BPFTRACE_ACTIONS = {
  add: 'printf("add %r %u %u %lld %d\\n", buf(arg0, 32), arg1, arg2, arg3, arg4)',
  msg: 'printf("msg %lld %s %s %s %llu\\n", arg0, str(arg1), str(arg2), str(arg3), arg4)',
};

/** @type {Tracer} */
const bpftrace = {
  name: "bpftrace printf",
  missing: () => (isInstalled("bpftrace") ? null : "install bpftrace"),
  command: ({ probe, key }, { path, pid }) => [
    "bpftrace",
    "-p",
    String(pid),
    "-e",
    `usdt:${path}:${probe} { ${BPFTRACE_ACTIONS[key]} }`,
  ],
  delivered: (output, { key }) => output.split(`\n${key} `).length - 1,
};

/** @type {Tracer} */
const bcc = {
  name: "BCC perf buffer",
  missing() {
    if (!existsSync("/usr/lib/python3/dist-packages/bcc")) return "install python3-bpfcc";
    const headers = process.env.BCC_KERNEL_SOURCE ?? `/lib/modules/${release()}/build`;
    if (existsSync(headers)) return null;
    return `install linux-headers-${release()}, or name the directory of others in BCC_KERNEL_SOURCE`;
  },
  command: ({ probe }, { path, pid }) => ["/usr/bin/python3", FILES.bcc, path, probe, String(pid)],
  delivered: printedCount,
};

const libbpfBuild = { object: "", program: "" };

/** @type {Tracer} */
const libbpf = {
  name: "libbpf ring buffer",
  missing: () =>
    isInstalled("clang") && existsSync("/usr/include/bpf/usdt.bpf.h")
      ? null
      : "install clang and libbpf-dev",
  async prepare(directory) {
    libbpfBuild.object = join(directory, "libbpf.bpf.o");
    libbpfBuild.program = join(directory, "libbpf");
    const machine = process.arch === "arm64" ? ["arm64", "aarch64"] : ["x86", "x86_64"];
    const bpf = ["-O2", "-g", "-target", "bpf", `-D__TARGET_ARCH_${machine[0]}`];
    const headers = `-I/usr/include/${machine[1]}-linux-gnu`;
    await run("clang", [...bpf, headers, "-c", FILES.libbpfProgram, "-o", libbpfBuild.object]);
    await run("clang", ["-O2", FILES.libbpf, "-o", libbpfBuild.program, "-lbpf"]);
  },
  command: ({ probe }, { path }) => [libbpfBuild.program, libbpfBuild.object, path, probe],
  delivered: printedCount,
};

export const TRACERS = [
  ...[floor, corelens, libbpf, bpftrace, bcc],
  ...[corelensMetrics, asking("filter"), asking("count"), bpftraceAsking("count")],
  ...[asking("histogram"), bpftraceAsking("histogram")],
];
