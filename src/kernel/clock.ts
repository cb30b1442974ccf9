import { addressOf, syscall } from "./libc.ts";

const REALTIME = 0;
const MONOTONIC = 1;
const REFRESH_MS = 1000;

/**
 * Turns the kernel's monotonic time stamps into wall-clock time. The offset between the clocks is measured
 * again every second, so that an adjusted wall clock is followed.
 */
export class WallClock {
  readonly #timespec = Buffer.alloc(16);
  #offsetMs = 0;
  readonly #refreshMs: number;
  #measuredAt = Number.NEGATIVE_INFINITY;

  /** @param refreshMs how long a measured offset is used */
  constructor(refreshMs = REFRESH_MS) {
    this.#refreshMs = refreshMs;
  }

  /** Measures the offset if it is time to; called once a batch, not once an event. */
  refresh(): void {
    const now = performance.now();
    if (now - this.#measuredAt < this.#refreshMs) return;
    this.#measuredAt = now;
    // The wall clock is read between two readings of the other one, so that a pause shows itself as a
    // large distance; the closest of a few wins.
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
