import { readFileSync } from "node:fs";
import { ENOENT, ENOSPC } from "../kernel/libc.ts";
import { createMap } from "./map.ts";
import { refusal } from "./refusal.ts";
import { Attributes } from "./syscall.ts";

/**
 * Reads maps whose values exist once per CPU, so that CPUs count without waiting for each other. A value is read as
 * the concatenated values of all CPUs that the machine could have.
 */
export interface PerCpuEntry {
  readonly key: Uint8Array;
  /** The words of all CPUs. */
  readonly values: BigUint64Array;
}

/** Entries per system call; a bucket of the hash has to fit. */
const BATCH = 256;
const MAX_BATCH = 65_536;

/** @param words 64-bit words of a value */
export function createPerCpuArray(name: string, words: number, maxEntries = 1): number {
  return createMap("percpu_array", name, 4, 8 * words, maxEntries, 0);
}

/** The kernel allocates all entries now: adding an entry fails only when the map is full. */
export function createPerCpuHash(
  name: string,
  keySize: number,
  words: number,
  maxEntries: number,
): number {
  return createMap("percpu_hash", name, keySize, 8 * words, maxEntries, 0);
}

/** The value at an index of an array. */
export function readPerCpuValue(fd: number, words: number, index = 0): BigUint64Array {
  const key = new Uint8Array(Uint32Array.of(index).buffer);
  const values = new BigUint64Array(words * possibleCpus());
  const errno = new Attributes("mapLookup")
    .u32("map", fd)
    .pointer("key", key)
    .pointer("value", bytesOf(values))
    .call();
  if (errno < 0) throw refusal(errno, "reading a map");
  return values;
}

/** All values of an array: by one system call, or by one for each value where the kernel has no batches (before 5.13). */
export function readPerCpuArray(fd: number, words: number, entries: number): BigUint64Array[] {
  const width = words * possibleCpus();
  const values = new BigUint64Array(entries * width);
  const request = new Attributes("mapLookupBatch")
    .pointer("outBatch", new Uint8Array(8))
    .pointer("keys", new Uint8Array(4 * entries))
    .pointer("values", bytesOf(values))
    .u32("count", entries)
    .u32("map", fd);
  const errno = request.call();
  const isWhole = (errno >= 0 || errno === -ENOENT) && request.readU32("count") === entries;
  return Array.from({ length: entries }, (_, index) =>
    isWhole
      ? values.subarray(index * width, (index + 1) * width)
      : readPerCpuValue(fd, words, index),
  );
}

/** Adds an entry whose values are zero on every CPU. */
export function addZeroEntry(fd: number, key: Uint8Array, words: number): void {
  const values = new BigUint64Array(words * possibleCpus());
  const errno = new Attributes("mapUpdate")
    .u32("map", fd)
    .pointer("key", key)
    .pointer("value", bytesOf(values))
    .call();
  if (errno < 0) throw refusal(errno, "writing to a map");
}

/** Yields every entry of a hash; programs may add entries meanwhile. */
export function* readPerCpuHash(
  fd: number,
  keySize: number,
  words: number,
): Generator<PerCpuEntry> {
  const width = words * possibleCpus();
  let position: Uint8Array | undefined;
  for (let size = BATCH; ; ) {
    const keys = new Uint8Array(size * keySize);
    const values = new BigUint64Array(size * width);
    const next = new Uint8Array(Math.max(keySize, 8));
    const request = new Attributes("mapLookupBatch")
      .pointer("outBatch", next)
      .pointer("keys", keys)
      .pointer("values", bytesOf(values))
      .u32("count", size)
      .u32("map", fd);
    if (position) request.pointer("inBatch", position);
    const errno = request.call();
    if (errno === -ENOSPC && size < MAX_BATCH) {
      size *= 4;
      continue;
    }
    if (errno < 0 && errno !== -ENOENT) throw refusal(errno, "reading a map");
    const count = request.readU32("count");
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

/** The number of values of an entry: 9 when /sys lists `0-3,8`, the highest CPU number plus one. */
export function possibleCpus(): number {
  cpus ??= 1 + Number(/\d+$/.exec(readFileSync(POSSIBLE_CPUS, "utf8").trim())?.[0] ?? 0);
  return cpus;
}

const POSSIBLE_CPUS = "/sys/devices/system/cpu/possible";

function bytesOf({ buffer, byteOffset, byteLength }: BigUint64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
