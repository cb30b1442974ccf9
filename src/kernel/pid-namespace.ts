import { statSync } from "node:fs";

/** A PID namespace, in the form that the kernel's helpers take. */
export interface PidNamespace {
  readonly device: bigint;
  readonly inode: bigint;
}

/** The inode that the kernel gives the machine's own namespace. */
const INITIAL = 0xef_ff_ff_fcn;

/** The namespace of this process; null for the machine's first one. In a container, pids differ from the kernel's. */
export function nestedPidNamespace(): PidNamespace | null {
  const { dev, ino } = statSync("/proc/self/ns/pid", { bigint: true });
  return ino === INITIAL ? null : { device: dev, inode: ino };
}
