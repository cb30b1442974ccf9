import { refusal } from "./refusal.ts";
import { Attributes } from "./syscall.ts";

/** The number of runs of a program and their total time, while run-time statistics were on. */
export interface RunTime {
  readonly runs: number;
  readonly nanoseconds: number;
}

/**
 * Turns on the kernel's run-time statistics, for all programs of the machine, until the returned descriptor is
 * closed. They add two clock readings to every run: keep them on briefly.
 * @throws CorelensError NO_PERMISSION without CAP_SYS_ADMIN
 */
export function enableRunTime(): number {
  const fd = new Attributes("enableStats").u32("type", 0).call();
  if (fd < 0) throw refusal(fd, "turning on the kernel's run-time statistics");
  return fd;
}

/** `struct bpf_prog_info`: its size and the offsets of two fields. */
const INFO_BYTES = 232;
const RUN_TIME_NS = 192;
const RUN_COUNT = 200;

/** @param program its descriptor */
export function readRunTime(program: number): RunTime {
  const info = Buffer.alloc(INFO_BYTES);
  const result = new Attributes("infoByFd")
    .u32("descriptor", program)
    .u32("infoSize", INFO_BYTES)
    .pointer("info", info)
    .call();
  if (result < 0) throw refusal(result, "reading a program's run-time statistics");
  return {
    nanoseconds: Number(info.readBigUInt64LE(RUN_TIME_NS)),
    runs: Number(info.readBigUInt64LE(RUN_COUNT)),
  };
}
