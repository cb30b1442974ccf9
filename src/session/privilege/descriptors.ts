import { closeDescriptor } from "../../bpf/descriptor.ts";
import { createRingBuffer, createSharedArray } from "../../bpf/map.ts";
import { pageSize } from "../../kernel/libc.ts";
import type { ReaderDescriptors } from "../../tracer/event-reader.ts";
import { SHARED } from "../../tracer/shared-state.ts";

/** Kinds of records a session can have: tracepoints, times the versions of a node it sees. */
const CAPACITY = 512;

/**
 * The maps that programs write and a reader reads, in whatever process.
 * @param ringSize bytes, a power of two; raised to the size of a page
 * @throws CorelensError NO_PERMISSION, PLATFORM_UNSUPPORTED
 */
export function createDescriptors(ringSize: number, page = pageSize()): ReaderDescriptors {
  const size = Math.max(ringSize, page);
  return {
    ring: createRingBuffer("corelens_events", size),
    ringSize: size,
    shared: createSharedArray("corelens_shared", SHARED.size(CAPACITY)),
    capacity: CAPACITY,
  };
}

export function closeDescriptors({ ring, shared }: ReaderDescriptors): void {
  closeDescriptor(ring);
  closeDescriptor(shared);
}
