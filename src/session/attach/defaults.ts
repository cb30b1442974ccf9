/** In bytes: enough for 30 ms of a million events per second. */
export const DEFAULT_RING_SIZE = 32 << 20;
/** Longer waits save the reader little, and users would notice them. */
export const DEFAULT_LATENCY_MS = 5;

/** For sessions that only count: no event passes through the ring buffer, so it has the smallest size. */
export const IDLE_RING_SIZE = 4096;
export const IDLE_LATENCY_MS = 100;
