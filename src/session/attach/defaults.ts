/** Bytes: 30 ms of events at a million a second. */
export const DEFAULT_RING_SIZE = 32 << 20;
/** What makes a reader's share of a core small without anyone seeing a delay. */
export const DEFAULT_LATENCY_MS = 5;

/** Where events are only counted: the smallest ring buffer, since none come through it. */
export const IDLE_RING_SIZE = 4096;
export const IDLE_LATENCY_MS = 100;
