import { refusal } from "./refusal.ts";
import { Attributes } from "./syscall.ts";

/** How often a program ran and how long, while run-time statistics were on. */
export interface RunTime {
  readonly runs: number;
  readonly nanoseconds: number;
}

/**
 * Turns on the kernel's statistics of program run times, for all programs of the machine, until the
 * returned descriptor is closed. They cost every run two clock readings, so they are best on for moments.
 * @throws CorelensError NO_PERMISSION without CAP_SYS_ADMIN
 */
export function enableRunTime(): number {
  const fd = new Attributes(4).u32(0, 0).call("enableStats");
  if (fd < 0) throw refusal(fd, "turning on the kernel's run-time statistics");
  return fd;
}

const INFO_BYTES = 232;
const RUN_TIME_NS = 192;
const RUN_COUNT = 200;

/** Of one program, by descriptor. */
export function readRunTime(program: number): RunTime {
  const info = Buffer.alloc(INFO_BYTES);
  const result = new Attributes(16)
    .u32(0, program)
    .u32(4, INFO_BYTES)
    .pointer(8, info)
    .call("infoByFd");
  if (result < 0) throw refusal(result, "reading a program's run-time statistics");
  return {
    nanoseconds: Number(info.readBigUInt64LE(RUN_TIME_NS)),
    runs: Number(info.readBigUInt64LE(RUN_COUNT)),
  };
}
