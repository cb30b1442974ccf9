import type { ReplaySpeed } from "../recording/replay-source.ts";

/** Where a stream comes from: a node when no recording is named. */
export interface StreamOrigin {
  readonly from?: string;
  readonly speed?: ReplaySpeed;
}

/**
 * What time it is in a stream: that of its last event, and what passed since then. For a node that is now; for a
 * recording the time that is replayed.
 */
export class StreamClock {
  /** Of the stream's seconds in a second; 0 where only events tell the time. */
  readonly #speed: number;
  #time = Date.now();
  #seen = performance.now();
  #isSet: boolean;
  #stopped = false;

  constructor({ from, speed = "max" }: StreamOrigin) {
    this.#isSet = from === undefined;
    this.#speed = this.#isSet ? 1 : speed === "max" ? 0 : speed;
  }

  /** Whether time goes on while nothing happens. */
  get isRunning(): boolean {
    return this.#isSet && this.#speed > 0 && !this.#stopped;
  }

  /** @param time of an event, in milliseconds since the UNIX epoch */
  see(time: number): void {
    this.#time = time;
    this.#seen = performance.now();
    this.#isSet = true;
  }

  stop(): void {
    this.#time = this.now;
    this.#stopped = true;
  }

  get now(): number {
    if (this.#stopped) return this.#time;
    return this.#time + (performance.now() - this.#seen) * this.#speed;
  }
}
