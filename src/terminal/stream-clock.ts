import type { ReplaySpeed } from "../recording/replay-source.ts";

/** The origin of a stream: a recording or a node. */
export interface StreamOrigin {
  readonly from?: string;
  readonly speed?: ReplaySpeed;
}

/**
 * The current time of a stream: the time of its last event plus the time since then. For a node this is now; for a
 * recording it is the replayed time.
 */
export class StreamClock {
  /** Stream seconds per second; 0 when only events advance the time. */
  readonly #speed: number;
  #time = Date.now();
  #seen = performance.now();
  #isSet: boolean;
  #stopped = false;

  constructor({ from, speed = "max" }: StreamOrigin) {
    this.#isSet = from === undefined;
    this.#speed = this.#isSet ? 1 : speed === "max" ? 0 : speed;
  }

  /** Whether time advances without events. */
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
