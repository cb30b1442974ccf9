import { existsSync, readFileSync } from "node:fs";
import { addressOf, EBADF, syscall } from "../kernel/libc.ts";
import { attachRefusal, type UprobeSite } from "./attach-refusal.ts";
import { closeDescriptor } from "./descriptor.ts";
import { unsupported } from "./feature.ts";
import { refusal } from "./refusal.ts";
import { ATTACH_UPROBE_MULTI, Attributes } from "./syscall.ts";

/**
 * Attaches a program to locations in a file, in one of two ways:
 *
 * - the `uprobe_multi` link (Linux 6.6): CAP_BPF and CAP_PERFMON suffice, detaching is fast;
 * - `perf_event_open` on the uprobe PMU: every kernel, needs CAP_SYS_ADMIN.
 *
 * Both raise the semaphore in every process that runs the file, now or later. The kernel lowers it when the
 * descriptor is closed, also when its owner dies.
 */
export interface UprobeTarget {
  /** As this process sees it; `/proc/PID/exe` reaches into containers. */
  readonly path: string;
  /** Only this process is traced and has its semaphores raised; all of the file's processes when null. */
  readonly pid: number | null;
}

/**
 * One link for all sites: detaching waits for the kernel once per link (60 ms), not once per site. The program's
 * cookie is the index of the site.
 * @returns the link's descriptor; closing it detaches
 */
export function attachUprobeMulti(
  program: number,
  target: UprobeTarget,
  sites: readonly UprobeSite[],
): number {
  const fd = createLink(program, target, sites);
  if (fd >= 0) return fd;
  throw attachRefusal(fd, {
    path: target.path,
    sites,
    attach: (site) => createLink(program, target, [site]),
    missingFeature: () => (hasUprobeMulti(program) ? null : "multiUprobes"),
  });
}

/**
 * Whether this kernel supports the link. A kernel without it refuses the attach type first; a kernel with it opens the
 * path and refuses the directory with EBADF.
 * @param program loaded for uprobe_multi
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
  return new Attributes("linkCreate")
    .u32("program", program)
    .u32("attachType", ATTACH_UPROBE_MULTI)
    .text("path", path)
    .pointer("offsets", u64Array(sites.map(({ fileOffset }) => fileOffset)))
    .pointer("semaphores", u64Array(sites.map(({ semaphoreOffset }) => semaphoreOffset)))
    .pointer("cookies", u64Array(sites.map((_, index) => index)))
    .u32("count", sites.length)
    .u32("pid", pid ?? 0)
    .call();
}

function u64Array(values: readonly number[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values, BigInt).buffer);
}

const PERF_EVENT_IOC_SET_BPF = 0x4004_2408;
const PERF_EVENT_IOC_ENABLE = 0x2400;
const FLAG_CLOEXEC = 8;
/** Offsets of fields in `struct perf_event_attr` and its size (PERF_ATTR_SIZE_VER5). */
const PERF_EVENT_ATTR = {
  type: 0,
  size: 4,
  config: 8,
  uprobePath: 56,
  probeOffset: 64,
  bytes: 112,
} as const;

/** @returns the event's descriptor; closing it detaches */
export function attachPerfEvent(program: number, target: UprobeTarget, site: UprobeSite): number {
  const fd = openEvent(target, site);
  if (fd < 0) {
    throw attachRefusal(fd, {
      path: target.path,
      sites: [site],
      attach: (site) => openEvent(target, site),
      missingFeature: () =>
        site.semaphoreOffset === 0 || hasUprobeSemaphores() ? null : "semaphores",
    });
  }
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
  const attributes = Buffer.alloc(PERF_EVENT_ATTR.bytes);
  attributes.writeUInt32LE(uprobePmuType(), PERF_EVENT_ATTR.type);
  attributes.writeUInt32LE(attributes.length, PERF_EVENT_ATTR.size);
  attributes.writeBigUInt64LE(BigInt(site.semaphoreOffset) << 32n, PERF_EVENT_ATTR.config);
  attributes.writeBigUInt64LE(addressOf(path), PERF_EVENT_ATTR.uprobePath);
  attributes.writeBigUInt64LE(BigInt(site.fileOffset), PERF_EVENT_ATTR.probeOffset);
  const pid = target.pid ?? -1;
  const cpu = target.pid === null ? 0 : -1;
  return syscall("perf_event_open", addressOf(attributes), pid, cpu, -1, FLAG_CLOEXEC);
}

const UPROBE_PMU = "/sys/bus/event_source/devices/uprobe";

/** Kernels that raise semaphores list the field of perf_event_attr that holds their offset. */
function hasUprobeSemaphores(): boolean {
  return existsSync(`${UPROBE_PMU}/format/ref_ctr_offset`);
}

function uprobePmuType(): number {
  try {
    return Number(readFileSync(`${UPROBE_PMU}/type`, "ascii"));
  } catch (cause) {
    throw unsupported("uprobes", cause);
  }
}
