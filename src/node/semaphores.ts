import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import type { Probe } from "../usdt/probe.ts";

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

interface Mapping {
  readonly address: number;
  readonly length: number;
  /** Where in the file it begins. */
  readonly offset: number;
}

/**
 * Where the kernel looks for semaphores: the writable private mappings of a file.
 * `55d88c9d5000-55d88c9e5000 rw-p 00cfd000 fe:00 1591531   /usr/bin/bitcoind`
 */
export function writableMappings(maps: string, path: string): Mapping[] {
  return maps.split("\n").flatMap((line) => {
    const match = /^([0-9a-f]+)-([0-9a-f]+) .w.p ([0-9a-f]+) \S+ \d+\s+(\/.*)$/.exec(line);
    if (match === null || match[4]!.replace(/ \(deleted\)$/, "") !== path) return [];
    const [address, end, offset] = match.slice(1, 4).map((digits) => Number.parseInt(digits, 16));
    return [{ address: address!, length: end! - address!, offset: offset! }];
  });
}

function holds({ offset, length }: Mapping, place: number): boolean {
  return place >= offset && place + 2 <= offset + length;
}

function readU16(memory: number, address: number): number {
  const bytes = Buffer.alloc(2);
  readSync(memory, bytes, 0, 2, address);
  return bytes.readUInt16LE();
}
