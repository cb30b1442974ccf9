import { readFileSync } from "node:fs";
import { addressOf, EBADF, syscall } from "../kernel/libc.ts";
import { attachRefusal, type UprobeSite } from "./attach-refusal.ts";
import { closeDescriptor } from "./descriptor.ts";
import { unsupported } from "./feature.ts";
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

const ATTACH_UPROBE_MULTI = 48;

/**
 * One link for all sites: detaching waits for the kernel once a link (60 ms), not once a site. The program learns
 * by its cookie which site it runs at: the site's index.
 * @returns the link's descriptor; closing it detaches
 */
export function attachUprobeMulti(
  program: number,
  target: UprobeTarget,
  sites: readonly UprobeSite[],
): number {
  const fd = createLink(program, target, sites);
  if (fd >= 0) return fd;
  throw attachRefusal(fd, target.path, sites, (site) => createLink(program, target, [site]));
}

/**
 * Whether this kernel has the link. One that does not know the kind says so before it looks at the path; one that does
 * finds that a directory is no file to attach to.
 * @param program that was loaded for it
 */
export function hasUprobeMulti(program: number): boolean {
  const site = { fileOffset: 1, semaphoreOffset: 0 };
  return createLink(program, { path: "/", pid: null }, [site]) === -EBADF;
}

/** @returns the link's descriptor, or the negative errno */
function createLink(
  program: number,
  { path, pid }: UprobeTarget,
  sites: readonly UprobeSite[],
): number {
  return new Attributes(64)
    .u32(0, program)
    .u32(8, ATTACH_UPROBE_MULTI)
    .text(16, path)
    .pointer(24, u64Array(sites.map(({ fileOffset }) => fileOffset)))
    .pointer(32, u64Array(sites.map(({ semaphoreOffset }) => semaphoreOffset)))
    .pointer(40, u64Array(sites.map((_, index) => index)))
    .u32(48, sites.length)
    .u32(56, pid ?? 0)
    .call("linkCreate");
}

function u64Array(values: readonly number[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values, BigInt).buffer);
}

const PERF_EVENT_IOC_SET_BPF = 0x4004_2408;
const PERF_EVENT_IOC_ENABLE = 0x2400;
const FLAG_CLOEXEC = 8;

/** @returns the event's descriptor; closing it detaches */
export function attachPerfEvent(program: number, target: UprobeTarget, site: UprobeSite): number {
  const fd = openEvent(target, site);
  if (fd < 0) throw attachRefusal(fd, target.path, [site], (each) => openEvent(target, each));
  const set = syscall("ioctl", fd, PERF_EVENT_IOC_SET_BPF, program);
  const enabled = set < 0 ? set : syscall("ioctl", fd, PERF_EVENT_IOC_ENABLE, 0);
  if (enabled < 0) {
    closeDescriptor(fd);
    throw refusal(enabled, `attaching to ${target.path}`);
  }
  return fd;
}

/** @returns the event's descriptor, or the negative errno */
function openEvent(target: UprobeTarget, site: UprobeSite): number {
  const path = Buffer.from(`${target.path}\0`);
  const attributes = Buffer.alloc(112);
  attributes.writeUInt32LE(uprobePmuType(), 0);
  attributes.writeUInt32LE(attributes.length, 4);
  attributes.writeBigUInt64LE(BigInt(site.semaphoreOffset) << 32n, 8);
  attributes.writeBigUInt64LE(addressOf(path), 56);
  attributes.writeBigUInt64LE(BigInt(site.fileOffset), 64);
  const pid = target.pid ?? -1;
  const cpu = target.pid === null ? 0 : -1;
  return syscall("perf_event_open", addressOf(attributes), pid, cpu, -1, FLAG_CLOEXEC);
}

function uprobePmuType(): number {
  const file = "/sys/bus/event_source/devices/uprobe/type";
  try {
    return Number(readFileSync(file, "ascii"));
  } catch (cause) {
    throw unsupported("uprobes", cause);
  }
}
