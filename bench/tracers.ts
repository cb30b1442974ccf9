import { existsSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { inRepository } from "../scripts/repository.ts";
import { isInstalled, run } from "./command.ts";
import type { Shape, Target } from "./target.ts";

/** A tracer to compare: how to start it, and how many events it delivered. */
export interface Tracer {
  readonly name: string;
  /** The package to install; null when the tracer can run. */
  missing(): string | null;
  /** Builds what it needs. */
  prepare?(directory: string): Promise<void>;
  /** The command that attaches until SIGINT. */
  command(shape: Shape, target: Target): Command;
  /** Reads from its output how many events it delivered; null when it delivers none by design. */
  readonly delivered: ((output: string, shape: Shape) => number) | null;
  /** The time after the first hits in which it does more than later. */
  readonly steadyMs?: number;
}

type Command = readonly [program: string, ...args: string[]];

const FILES = {
  floor: inRepository("build/bench/tracers/floor.js"),
  corelens: inRepository("build/bench/tracers/corelens-consumer.js"),
  corelensMetrics: inRepository("build/bench/tracers/corelens-metrics.js"),
  counter: inRepository("build/bench/tracers/corelens-counter.js"),
  bcc: inRepository("bench/tracers/bcc-consumer.py"),
  libbpf: inRepository("bench/tracers/libbpf-consumer.c"),
  libbpfProgram: inRepository("bench/tracers/libbpf.bpf.c"),
};

const printedCount = (output: string): number => Number(output.trim().split("\n").at(-1));

export const FLOOR = "floor";

/** An empty program at the probe: the least that any tracer of this kind costs. */
export const FLOOR_TRACER: Tracer = {
  name: FLOOR,
  missing: () => null,
  command: ({ probe }, { path }) => [process.execPath, FILES.floor, path, probe],
  delivered: null,
};

/** corelens asks the kernel for its programs' cost for up to two seconds at first, later only briefly. */
const STEADY_MS = 2200;

const corelens: Tracer = {
  name: "corelens",
  missing: () => null,
  command: ({ probe }, { path }) => [process.execPath, FILES.corelens, path, probe],
  delivered: printedCount,
  steadyMs: STEADY_MS,
};

export const CORELENS_METRICS: Tracer = {
  ...corelens,
  name: "corelens metrics",
  command: ({ probe }, { path }) => [process.execPath, FILES.corelensMetrics, path, probe],
};

/** corelens filtering or counting in the kernel. */
const corelensInKernel = (question: "filter" | "count" | "histogram"): Tracer => ({
  name: `corelens ${question}`,
  missing: () => null,
  command: ({ probe }, { path }) => [process.execPath, FILES.counter, path, probe, question],
  // No event matches the filter.
  delivered: question === "filter" ? null : printedCount,
  steadyMs: STEADY_MS,
});

const BPFTRACE_COUNTS = {
  count: { add: "@[arg4, arg2] = count()", msg: "@[str(arg3), str(arg2)] = count()" },
  histogram: { add: "@ = hist(arg3)", msg: "@ = hist(arg4)" },
};

/** bpftrace counting the same. */
const bpftraceInKernel = (question: keyof typeof BPFTRACE_COUNTS): Tracer => ({
  ...bpftrace,
  name: `bpftrace ${question}`,
  command: ({ probe, key }, { path, pid }) => [
    "bpftrace",
    ...["-p", String(pid), "-e"],
    `usdt:${path}:${probe} { ${BPFTRACE_COUNTS[question][key]} }`,
  ],
  delivered: (output) =>
    [...output.matchAll(/^(?:@\[.*\]:|[[(].*[\])]) +(\d+)/gm)].reduce(
      (sum, [, count]) => sum + Number(count),
      0,
    ),
});

const BPFTRACE_ACTIONS = {
  add: 'printf("add %r %u %u %lld %d\\n", buf(arg0, 32), arg1, arg2, arg3, arg4)',
  msg: 'printf("msg %lld %s %s %s %llu\\n", arg0, str(arg1), str(arg2), str(arg3), arg4)',
};

const bpftrace: Tracer = {
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

const bcc: Tracer = {
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

const libbpf: Tracer = {
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

export const TRACERS: readonly Tracer[] = [
  ...[FLOOR_TRACER, corelens, libbpf, bpftrace, bcc],
  ...[
    CORELENS_METRICS,
    corelensInKernel("filter"),
    corelensInKernel("count"),
    bpftraceInKernel("count"),
  ],
  ...[corelensInKernel("histogram"), bpftraceInKernel("histogram")],
];
