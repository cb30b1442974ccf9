import { statSync } from "node:fs";

/** A PID namespace as the kernel's helpers name it. */
export interface PidNamespace {
  readonly device: bigint;
  readonly inode: bigint;
}

/** The inode that the kernel gives the machine's own namespace. */
const INITIAL = 0xef_ff_ff_fcn;

/** This process's, when it is not the machine's own: in a container, pids mean something else than to the kernel. */
export function nestedPidNamespace(): PidNamespace | null {
  const { dev, ino } = statSync("/proc/self/ns/pid", { bigint: true });
  return ino === INITIAL ? null : { device: dev, inode: ino };
}
