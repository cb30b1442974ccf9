import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { listPids } from "../node/process/process.ts";

/** A process that holds eBPF programs for probes. */
export interface Tracer {
  readonly pid: number;
  /** `bpftrace` */
  readonly name: string;
}

/**
 * All tracers on this machine: corelens, bpftrace, BCC and libbpf keep their programs open as descriptors.
 * Processes that this user has no permission to inspect are left out.
 */
export function findTracers(): Tracer[] {
  return listPids()
    .filter((pid) => pid !== process.pid && holdsProbeProgram(pid))
    .map((pid) => ({ pid, name: readName(pid) }));
}

/** BPF_PROG_TYPE_KPROBE; programs for uprobes have the same type. */
const PROBE_PROGRAM = /^prog_type:\s+2$/m;

function holdsProbeProgram(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some(
      (fd) =>
        readlinkSync(`/proc/${pid}/fd/${fd}`) === "anon_inode:bpf-prog" &&
        PROBE_PROGRAM.test(readFileSync(`/proc/${pid}/fdinfo/${fd}`, "ascii")),
    );
  } catch {
    return false;
  }
}

function readName(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trimEnd();
  } catch {
    return "process";
  }
}
