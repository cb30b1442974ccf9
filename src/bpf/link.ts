import { readFileSync } from "node:fs";
import { CorelensError } from "../errors.ts";
import { addressOf, EINVAL, syscall } from "../kernel/libc.ts";
import { closeDescriptor } from "./descriptor.ts";
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
  /** Only this process is traced and has its semaphores raised; all of the file's processes when null. */
  readonly pid: number | null;
}

/** A place in the file. */
export interface UprobeSite {
  readonly fileOffset: number;
  /** Offset of the semaphore in the file, 0 for none. */
  readonly semaphoreOffset: number;
}

const ATTACH_UPROBE_MULTI = 48;

/**
 * One link for all sites: detaching waits for the kernel once a link (60 ms), not once a site. The program learns
 * by its cookie which site it runs at: the site's index.
 * @returns the link's descriptor; closing it detaches
 */
export function attachUprobeMulti(
  program: number,
  { path, pid }: UprobeTarget,
  sites: readonly UprobeSite[],
): number {
  const fd = new Attributes(64)
    .u32(0, program)
    .u32(8, ATTACH_UPROBE_MULTI)
    .text(16, path)
    .pointer(24, u64Array(sites.map(({ fileOffset }) => fileOffset)))
    .pointer(32, u64Array(sites.map(({ semaphoreOffset }) => semaphoreOffset)))
    .pointer(40, u64Array(sites.map((_, index) => index)))
    .u32(48, sites.length)
    .u32(56, pid ?? 0)
    .call("linkCreate");
  if (fd < 0) throw attachRefusal(fd, path);
  return fd;
}

/** A place has one semaphore, or none: the kernel refuses whoever comes second and says otherwise. */
function attachRefusal(errno: number, path: string): CorelensError {
  if (errno !== -EINVAL) return refusal(errno, `attaching to ${path}`);
  return new CorelensError(
    "TRACER_CONFLICT",
    `another tracer holds tracepoints of ${path} without their semaphores`,
  );
}

function u64Array(values: readonly number[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values, BigInt).buffer);
}

const PERF_EVENT_IOC_SET_BPF = 0x4004_2408;
const PERF_EVENT_IOC_ENABLE = 0x2400;
const FLAG_CLOEXEC = 8;

/** @returns the event's descriptor; closing it detaches */
export function attachPerfEvent(program: number, target: UprobeTarget, site: UprobeSite): number {
  const path = Buffer.from(`${target.path}\0`);
  const attributes = Buffer.alloc(112);
  attributes.writeUInt32LE(uprobePmuType(), 0);
  attributes.writeUInt32LE(attributes.length, 4);
  attributes.writeBigUInt64LE(BigInt(site.semaphoreOffset) << 32n, 8);
  attributes.writeBigUInt64LE(addressOf(path), 56);
  attributes.writeBigUInt64LE(BigInt(site.fileOffset), 64);
  const pid = target.pid ?? -1;
  const cpu = target.pid === null ? 0 : -1;
  const fd = syscall("perf_event_open", addressOf(attributes), pid, cpu, -1, FLAG_CLOEXEC);
  if (fd < 0) throw attachRefusal(fd, target.path);
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
