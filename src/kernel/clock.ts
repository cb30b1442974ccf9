import { addressOf, syscall } from "./libc.ts";

const REALTIME = 0;
const MONOTONIC = 1;
const REFRESH_MS = 1000;

/**
 * Converts the kernel's monotonic timestamps to wall-clock time. It measures the offset between the clocks every
 * second, and so follows an adjusted wall clock.
 */
export class WallClock {
  readonly #timespec = Buffer.alloc(16);
  #offsetMs = 0;
  readonly #refreshMs: number;
  #measuredAt = Number.NEGATIVE_INFINITY;

  /** @param refreshMs the interval of measurements of the offset */
  constructor(refreshMs = REFRESH_MS) {
    this.#refreshMs = refreshMs;
  }

  /** Measures the offset if it is due; call it once per batch, not per event. */
  refresh(): void {
    const now = performance.now();
    if (now - this.#measuredAt < this.#refreshMs) return;
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

  #read(clock: number): number {
    syscall("clock_gettime", clock, addressOf(this.#timespec));
    const seconds = Number(this.#timespec.readBigInt64LE(0));
    return seconds * 1000 + Number(this.#timespec.readBigInt64LE(8)) / 1e6;
  }
}
