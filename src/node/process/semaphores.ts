import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import type { Probe } from "../../usdt/probe.ts";
import { type Mapping, parseMappings } from "./mapping.ts";

/**
 * Current values of semaphores, by their offset in the file. A value above 0 means that the tracepoint is traced. It is
 * not the number of tracers: the kernel increments it once for all of its users, other tracers once each.
 */
export type SemaphoreValues = ReadonlyMap<number, number>;

/**
 * Reads the semaphores of a file from a process's memory.
 *
 * @param path the process's own path of the file
 * @returns null if the process has ended or access is denied
 */
export function readSemaphores(
  pid: number,
  path: string,
  probes: readonly Probe[],
): SemaphoreValues | null {
  try {
    const mappings = writableMappings(readFileSync(`/proc/${pid}/maps`, "utf8"), path);
    const memory = openSync(`/proc/${pid}/mem`, "r");
    try {
      return new Map(
        probes.flatMap(({ semaphoreOffset: offset }) => {
          const mapping = mappings.find((each) => offset !== null && contains(each, offset));
          if (mapping === undefined || offset === null) return [];
          return [[offset, readU16(memory, mapping.address + offset - mapping.offset)] as const];
        }),
      );
    } finally {
      closeSync(memory);
    }
  } catch {
    return null;
  }
}

/** The writable private mappings of a file, where the kernel expects semaphores. */
export function writableMappings(maps: string, path: string): Mapping[] {
  return parseMappings(maps).filter(
    (mapping) => mapping.path === path && /^.w.p$/.test(mapping.access),
  );
}

function contains({ offset, length }: Mapping, semaphore: number): boolean {
  return semaphore >= offset && semaphore + 2 <= offset + length;
}

function readU16(memory: number, address: number): number {
  const bytes = Buffer.alloc(2);
  readSync(memory, bytes, 0, 2, address);
  return bytes.readUInt16LE();
}
