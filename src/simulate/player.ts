import { setImmediate } from "node:timers/promises";
import { CLOCK, type Clock } from "../util/clock.ts";
import type { SimulatedEvent } from "./world.ts";

export interface PlayOptions {
  /** Simulated seconds per second, or the maximum speed of the sink. Default: 1. */
  readonly speed?: number | "max";
  /** Ends the play and fulfils the promise. */
  readonly signal?: AbortSignal;
  /** Default: the clock of the process. */
  readonly clock?: Clock;
}

/** Maximum time in ms of a batch of events, after which timers and sockets are served. */
const BATCH = 10;
/** Number of events between two checks of the clock. */
const CLOCK_INTERVAL = 64;

/**
 * Passes each event to the sink when it is due. Events that became due while the process was busy follow at once, in
 * batches.
 *
 * @param sink called in order; an error that it throws ends the play and rejects the promise
 * @returns a promise that is fulfilled after the last event or when `signal` is aborted
 */
export async function play(
  events: Iterable<SimulatedEvent>,
  sink: (event: SimulatedEvent) => void,
  { speed = 1, signal, clock = CLOCK }: PlayOptions = {},
): Promise<void> {
  const begin = clock.now();
  const ahead = ({ at }: SimulatedEvent): number =>
    speed === "max" ? 0 : at / speed - (clock.now() - begin);
  let batchEnd = begin + BATCH;
  let passed = 0;
  for (const event of events) {
    for (let wait = ahead(event); wait > 0 && !signal?.aborted; wait = ahead(event)) {
      await clock.wait(wait, signal);
      batchEnd = clock.now() + BATCH;
    }
    if (signal?.aborted) return;
    sink(event);
    if (++passed % CLOCK_INTERVAL === 0 && clock.now() > batchEnd) {
      await setImmediate();
      batchEnd = clock.now() + BATCH;
    }
  }
}
