import { readFileSync } from "node:fs";
import { CorelensError } from "../errors.ts";
import { addressOf, syscall } from "../kernel/libc.ts";
import { refusal } from "./refusal.ts";
import { Attributes } from "./syscall.ts";

/**
 * Attaching a program to places of a file. Two ways with one behaviour:
 *
 * - the `uprobe_multi` link (kernel 6.6): CAP_BPF and CAP_PERFMON suffice, detaching is fast;
 * - `perf_event_open` on the uprobe PMU: every kernel, needs CAP_SYS_ADMIN.
 *
 * Both raise the semaphore in every process that runs the file, now or later, and lower it when the
 * descriptor is closed, also by the death of its owner.
 */
export interface UprobeTarget {
  /** As this process sees it; `/proc/PID/exe` reaches into containers. */
  readonly path: string;
  readonly fileOffset: number;
  /** Offset of the semaphore in the file, 0 for none. */
  readonly semaphoreOffset: number;
  /** Only this process is traced and has its semaphore raised; all of the file's processes when null. */
  readonly pid: number | null;
}

const ATTACH_UPROBE_MULTI = 48;

/** @returns the link's descriptor; closing it detaches */
export function attachUprobeMulti(program: number, target: UprobeTarget): number {
  const offsets = Buffer.alloc(8);
  offsets.writeBigUInt64LE(BigInt(target.fileOffset));
  const semaphores = Buffer.alloc(8);
  semaphores.writeBigUInt64LE(BigInt(target.semaphoreOffset));
  const fd = new Attributes(64)
    .u32(0, program)
    .u32(8, ATTACH_UPROBE_MULTI)
    .text(16, target.path)
    .pointer(24, offsets)
    .pointer(32, semaphores)
    .u32(48, 1)
    .u32(56, target.pid ?? 0)
    .call("linkCreate");
  if (fd < 0) throw refusal(fd, `attaching to ${target.path}`);
  return fd;
}

const PERF_EVENT_IOC_SET_BPF = 0x4004_2408;
const PERF_EVENT_IOC_ENABLE = 0x2400;
const FLAG_CLOEXEC = 8;

/** @returns the event's descriptor; closing it detaches */
export function attachPerfEvent(program: number, target: UprobeTarget): number {
  const path = Buffer.from(`${target.path}\0`);
  const attributes = Buffer.alloc(112);
  attributes.writeUInt32LE(uprobePmuType(), 0);
  attributes.writeUInt32LE(attributes.length, 4);
  attributes.writeBigUInt64LE(BigInt(target.semaphoreOffset) << 32n, 8);
  attributes.writeBigUInt64LE(addressOf(path), 56);
  attributes.writeBigUInt64LE(BigInt(target.fileOffset), 64);
  const pid = target.pid ?? -1;
  const cpu = target.pid === null ? 0 : -1;
  const fd = syscall("perf_event_open", addressOf(attributes), pid, cpu, -1, FLAG_CLOEXEC);
  if (fd < 0) throw refusal(fd, `opening an event on ${target.path}`);
  const set = syscall("ioctl", fd, PERF_EVENT_IOC_SET_BPF, program);
  const enabled = set < 0 ? set : syscall("ioctl", fd, PERF_EVENT_IOC_ENABLE, 0);
  if (enabled < 0) {
    closeDescriptor(fd);
    throw refusal(enabled, `attaching to ${target.path}`);
  }
  return fd;
}

function uprobePmuType(): number {
  const file = "/sys/bus/event_source/devices/uprobe/type";
  try {
    return Number(readFileSync(file, "ascii"));
  } catch (cause) {
    throw new CorelensError("KERNEL_UNSUPPORTED", `${file} cannot be read`, undefined, { cause });
  }
}

export function closeDescriptor(fd: number): void {
  syscall("close", fd);
}
