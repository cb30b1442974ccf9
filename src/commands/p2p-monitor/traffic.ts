import { SlidingCount } from "../../util/sliding-count.ts";

/** Over which rates are taken, in seconds. */
const WINDOW = 10;

/** Messages and their bytes in one direction. */
export class Traffic {
  messages = 0;
  bytes = 0;
  readonly #recentMessages = new SlidingCount(WINDOW);
  readonly #recentBytes = new SlidingCount(WINDOW);

  add(time: number, size: number): void {
    this.messages++;
    this.bytes += size;
    this.#recentMessages.add(time);
    this.#recentBytes.add(time, size);
  }

  messageRate(now: number, since: number): number {
    return this.#recentMessages.rate(now, since);
  }

  byteRate(now: number, since: number): number {
    return this.#recentBytes.rate(now, since);
  }
}
