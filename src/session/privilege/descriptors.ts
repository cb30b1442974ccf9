import { closeDescriptor } from "../../bpf/descriptor.ts";
import { createRingBuffer, createSharedArray } from "../../bpf/map.ts";
import { pageSize } from "../../kernel/libc.ts";
import type { ReaderDescriptors } from "../../tracer/event-reader.ts";
import { SHARED } from "../../tracer/shared-state.ts";

/** Maximum number of record layouts in a session: tracepoints, times the versions of a node that it sees. */
const CAPACITY = 512;

/**
 * Creates the maps through which programs send events to a reader.
 * @param ringSize bytes, a power of two; at least one page
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
