import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../../src/util/clock.ts";

/** A clock on which waiting takes no time and moves its time on. */
export class ManualClock implements Clock {
  time = 0;
  /** Called before each wait. */
  onWait: () => void = () => {};

  now(): number {
    return this.time;
  }

  async wait(ms: number, signal?: AbortSignal): Promise<void> {
    this.onWait();
    await nextTurn();
    if (!signal?.aborted) this.time += ms;
  }
}
