import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { listPids } from "../node/process/process.ts";

/** A process that holds eBPF programs for probes. */
export interface Tracer {
  readonly pid: number;
  /** `bpftrace` */
  readonly name: string;
}

/**
 * Who traces anything on this machine: corelens, bpftrace, BCC and libbpf all hold their programs by descriptors.
 * Processes that may not be looked into are left out.
 */
export function findTracers(): Tracer[] {
  return listPids()
    .filter((pid) => pid !== process.pid && holdsProbeProgram(pid))
    .map((pid) => ({ pid, name: readName(pid) }));
}

/** BPF_PROG_TYPE_KPROBE, which programs for uprobes are of too. */
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
