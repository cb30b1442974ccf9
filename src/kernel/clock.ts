import { addressOf, syscall } from "./libc.ts";

/** Ids of the kernel's clocks. */
export const REALTIME = 0;
export const MONOTONIC = 1;
const REFRESH_MS = 1000;

/**
 * Converts the kernel's monotonic timestamps to wall-clock time. It measures the offset between the clocks every
 * second, and so follows an adjusted wall clock.
 */
export class WallClock {
  readonly #read: (clock: number) => number;
  #offsetMs = 0;
  #measuredAt = Number.NEGATIVE_INFINITY;

  /** @param read reads one of the kernel's clocks, in milliseconds */
  constructor(read = clockReader()) {
    this.#read = read;
  }

  /** Measures the offset if it is due; call it once per batch, not per event. */
  refresh(): void {
    const now = performance.now();
    if (now - this.#measuredAt < REFRESH_MS) return;
    this.#measuredAt = now;
    // Reads the wall clock between two readings of the monotonic clock. A pause increases their distance, so the attempt
    // with the smallest distance is used.
    let closest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 3; i++) {
      const before = this.#read(MONOTONIC);
      const wall = this.#read(REALTIME);
      const after = this.#read(MONOTONIC);
      if (after - before >= closest) continue;
      closest = after - before;
      this.#offsetMs = wall - (before + after) / 2;
    }
  }

  /**
   * @param ktime nanoseconds since boot
   * @returns milliseconds since the UNIX epoch, with a fraction
   */
  fromMonotonic(ktime: number | bigint): number {
    return Number(ktime) / 1e6 + this.#offsetMs;
  }
}

function clockReader(): (clock: number) => number {
  const timespec = Buffer.alloc(16);
  return (clock) => {
    syscall("clock_gettime", clock, addressOf(timespec));
    const seconds = Number(timespec.readBigInt64LE(0));
    return seconds * 1000 + Number(timespec.readBigInt64LE(8)) / 1e6;
  };
}
