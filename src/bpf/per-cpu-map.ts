import { readFileSync } from "node:fs";
import { ENOENT, ENOSPC } from "../kernel/libc.ts";
import { createMap } from "./map.ts";
import { refusal } from "./refusal.ts";
import { Attributes } from "./syscall.ts";

/**
 * Maps whose values exist once for each CPU, so that counting on one does not wait for another.
 *
 * Programs use them by their descriptors; this is the side that reads. A value comes as the CPUs' values one behind
 * the other, for all CPUs that the machine could have.
 */
export interface PerCpuEntry {
  readonly key: Uint8Array;
  /** The words of all CPUs. */
  readonly values: BigUint64Array;
}

/** Entries that are fetched in one system call; a bucket of the hash has to fit. */
const BATCH = 256;
const MAX_BATCH = 65_536;

/** @param words 64-bit words of a value */
export function createPerCpuArray(name: string, words: number): number {
  return createMap("percpu_array", name, 4, 8 * words, 1, 0);
}

/** All room is taken from the kernel's memory at once, so that a full map is full and nothing else. */
export function createPerCpuHash(
  name: string,
  keySize: number,
  words: number,
  maxEntries: number,
): number {
  return createMap("percpu_hash", name, keySize, 8 * words, maxEntries, 0);
}

/** The only value of an array. */
export function readPerCpuValue(fd: number, words: number): BigUint64Array {
  const key = new Uint8Array(4);
  const values = new BigUint64Array(words * possibleCpus());
  const errno = new Attributes(32)
    .u32(0, fd)
    .pointer(8, key)
    .pointer(16, bytesOf(values))
    .call("mapLookup");
  if (errno < 0) throw refusal(errno, "reading a map");
  return values;
}

/** Adds an entry whose values are zero on every CPU. */
export function addZeroEntry(fd: number, key: Uint8Array, words: number): void {
  const values = new BigUint64Array(words * possibleCpus());
  const errno = new Attributes(32)
    .u32(0, fd)
    .pointer(8, key)
    .pointer(16, bytesOf(values))
    .call("mapUpdate");
  if (errno < 0) throw refusal(errno, "writing to a map");
}

/** Every entry of a hash, while programs may go on adding some. */
export function* readPerCpuHash(
  fd: number,
  keySize: number,
  words: number,
): Generator<PerCpuEntry> {
  const width = words * possibleCpus();
  let position: Uint8Array | undefined;
  for (let most = BATCH; ; ) {
    const keys = new Uint8Array(most * keySize);
    const values = new BigUint64Array(most * width);
    const next = new Uint8Array(Math.max(keySize, 8));
    const request = new Attributes(56)
      .pointer(8, next)
      .pointer(16, keys)
      .pointer(24, bytesOf(values))
      .u32(32, most)
      .u32(36, fd);
    if (position) request.pointer(0, position);
    const errno = request.call("mapLookupBatch");
    if (errno === -ENOSPC && most < MAX_BATCH) {
      most *= 4;
      continue;
    }
    if (errno < 0 && errno !== -ENOENT) throw refusal(errno, "reading a map");
    const count = request.readU32(32);
    for (let i = 0; i < count; i++) {
      yield {
        key: keys.subarray(i * keySize, (i + 1) * keySize),
        values: values.subarray(i * width, (i + 1) * width),
      };
    }
    if (errno === -ENOENT) return;
    position = next;
  }
}

let cpus: number | undefined;

/** `0-3,8` of /sys is 9: values are as many as the highest number tells. */
export function possibleCpus(): number {
  cpus ??= 1 + Number(/\d+$/.exec(readFileSync(POSSIBLE_CPUS, "utf8").trim())?.[0] ?? 0);
  return cpus;
}

const POSSIBLE_CPUS = "/sys/devices/system/cpu/possible";

function bytesOf({ buffer, byteOffset, byteLength }: BigUint64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
