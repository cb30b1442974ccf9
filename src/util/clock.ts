import { setTimeout as sleep } from "node:timers/promises";

/** The clock that paces a stream; tests use their own. */
export interface Clock {
  /** Milliseconds since some moment. */
  now(): number;
  /** Waits `ms`, at most a minute, or until the signal is aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Timers cannot be set for longer than a few weeks. */
const MAX_WAIT_MS = 60_000;

export const CLOCK: Clock = {
  now: () => performance.now(),
  async wait(ms, signal) {
    try {
      await sleep(Math.min(ms, MAX_WAIT_MS), undefined, signal && { signal });
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  },
};
