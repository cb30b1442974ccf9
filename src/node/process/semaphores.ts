import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import type { Probe } from "../../usdt/probe.ts";
import { type Mapping, parseMappings } from "./mapping.ts";

/**
 * Values of semaphores at this moment, by their offset in the file. One above 0 is traced; by how many cannot be
 * told, since the kernel raises it once for all of its users and other tracers once each.
 */
export type SemaphoreValues = ReadonlyMap<number, number>;

/**
 * The semaphores of one of a process's files, as they are in its memory.
 *
 * @param path the file as the process names it
 * @returns null where the process may not be looked into, or ended
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
          const mapping = mappings.find((each) => offset !== null && holds(each, offset));
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

/** Where the kernel looks for semaphores: the writable private mappings of a file. */
export function writableMappings(maps: string, path: string): Mapping[] {
  return parseMappings(maps).filter(
    (mapping) => mapping.path === path && /^.w.p$/.test(mapping.access),
  );
}

function holds({ offset, length }: Mapping, place: number): boolean {
  return place >= offset && place + 2 <= offset + length;
}

function readU16(memory: number, address: number): number {
  const bytes = Buffer.alloc(2);
  readSync(memory, bytes, 0, 2, address);
  return bytes.readUInt16LE();
}
