import { CorelensError } from "../errors.ts";
import { type Mapping, map } from "../kernel/libc.ts";
import { refusal } from "./refusal.ts";
import { Attributes } from "./syscall.ts";

const MAP_TYPE = { array: 2, percpu_hash: 5, percpu_array: 6, ringbuf: 27 } as const;
const MMAPABLE = 1 << 10;
const PAGE = 4096;

/** Creates a map and returns its descriptor. */
export function createMap(
  type: keyof typeof MAP_TYPE,
  name: string,
  keySize: number,
  valueSize: number,
  maxEntries: number,
  flags: number,
): number {
  const fd = new Attributes(72)
    .u32(0, MAP_TYPE[type])
    .u32(4, keySize)
    .u32(8, valueSize)
    .u32(12, maxEntries)
    .u32(16, flags)
    .name(28, 16, name)
    .call("mapCreate");
  if (fd < 0) throw refusal(fd, `creating the map ${name}`);
  return fd;
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
  return map(fd, Math.ceil(size / PAGE) * PAGE, 0, true);
}

/** A value that is all zero, for programs to begin others with. */
export function createZero(name: string, size: number): number {
  return createMap("array", name, 4, size, 1, 0);
}

/** @param size bytes, a power of two and a multiple of the page size */
export function createRingBuffer(name: string, size: number): number {
  if (!Number.isInteger(Math.log2(size)) || size < PAGE) {
    throw new CorelensError(
      "USAGE",
      `a ring buffer of ${size} bytes cannot be made`,
      `name a power of two from ${PAGE} bytes on`,
    );
  }
  return createMap("ringbuf", name, 0, 0, size, 0);
}
