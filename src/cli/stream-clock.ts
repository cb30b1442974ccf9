/**
 * What time it is in a stream: that of its last event, and what passed since then. For a node that is now; for a
 * recording the time that is replayed.
 */
export class StreamClock {
  readonly #speed: number;
  #time = Date.now();
  #seen = performance.now();
  #stopped = false;

  /** @param speed of the stream's seconds in a second; 0 where only events tell the time */
  constructor(speed: number) {
    this.#speed = speed;
  }

  /** @param time of an event, in milliseconds since the UNIX epoch */
  see(time: number): void {
    this.#time = time;
    this.#seen = performance.now();
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
