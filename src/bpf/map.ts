import { CorelensError } from "../errors.ts";
import { EINVAL, type Mapping, map, pageSize } from "../kernel/libc.ts";
import { alignUp } from "../util/align.ts";
import { closeDescriptor } from "./descriptor.ts";
import { unsupported } from "./feature.ts";
import { refusal } from "./refusal.ts";
import { Attributes } from "./syscall.ts";

const MAP_TYPE = { array: 2, percpu_hash: 5, percpu_array: 6, ringbuf: 27 } as const;
const MMAPABLE = 1 << 10;

type MapPlan = [
  type: keyof typeof MAP_TYPE,
  name: string,
  keySize: number,
  valueSize: number,
  maxEntries: number,
  flags: number,
];

/**
 * Creates a map and returns its descriptor.
 * @throws CorelensError NO_PERMISSION, KERNEL_REFUSED
 */
export function createMap(...plan: MapPlan): number {
  const fd = tryMap(...plan);
  if (fd < 0) throw refusal(fd, `creating the map ${plan[1]}`);
  return fd;
}

/** @returns the map's descriptor, or the negative errno */
function tryMap(...[type, name, keySize, valueSize, maxEntries, flags]: MapPlan): number {
  return new Attributes("mapCreate")
    .u32("type", MAP_TYPE[type])
    .u32("keySize", keySize)
    .u32("valueSize", valueSize)
    .u32("maxEntries", maxEntries)
    .u32("flags", flags)
    .name("name", name)
    .call();
}

/**
 * An array map of one value, mapped into this process: programs and user space read and write the same bytes,
 * with no system call on either side.
 * @param size bytes of the value
 */
export function createSharedArray(name: string, size: number): number {
  return createMap("array", name, 4, size, 1, MMAPABLE);
}

/** Maps the value of a shared array, also in a process that only inherited the descriptor. */
export function mapSharedArray(fd: number, size: number): Mapping {
  return map(fd, alignUp(size, pageSize()), 0, true);
}

/** An array whose only value is zero; programs copy it to initialise others. */
export function createZero(name: string, size: number): number {
  return createMap("array", name, 4, size, 1, 0);
}

/** Creates an array of one value that holds the bytes. */
export function createTable(name: string, bytes: Uint8Array): number {
  const fd = createZero(name, bytes.length);
  const errno = new Attributes("mapUpdate")
    .u32("map", fd)
    .pointer("key", new Uint8Array(4))
    .pointer("value", bytes)
    .call();
  if (errno >= 0) return fd;
  closeDescriptor(fd);
  throw refusal(errno, `writing to the map ${name}`);
}

/**
 * @param size bytes, a power of two and a multiple of the page size
 * @throws CorelensError USAGE, KERNEL_UNSUPPORTED, NO_PERMISSION
 */
export function createRingBuffer(name: string, size: number, page = pageSize()): number {
  if (!Number.isInteger(Math.log2(size)) || size < page) {
    throw new CorelensError(
      "USAGE",
      `invalid ring buffer size: ${size} bytes`,
      `use a power of two of at least ${page} bytes, this machine's page size`,
    );
  }
  const fd = tryMap("ringbuf", name, 0, 0, size, 0);
  // The arguments are valid, so the kernel does not support the map type.
  if (fd === -EINVAL) throw unsupported("ringBuffer");
  if (fd < 0) throw refusal(fd, `creating the map ${name}`);
  return fd;
}
