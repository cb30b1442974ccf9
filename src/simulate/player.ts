import { setImmediate } from "node:timers/promises";
import { CLOCK, type Clock } from "../util/clock.ts";
import type { SimulatedEvent } from "./world.ts";

export interface PlayOptions {
  /** Simulated seconds in a second, or as fast as the sink takes them. 1 when left out. */
  readonly speed?: number | "max";
  /** Ends the play; the promise is then fulfilled. */
  readonly signal?: AbortSignal;
  /** The process's clock when left out. */
  readonly clock?: Clock;
}

/** In ms: so long events are handed over before timers and sockets get their turn. */
const BATCH = 10;
/** Events between two looks at the end of the batch. */
const CLOCK_INTERVAL = 64;

/**
 * Hands over each event when its time has come. Events whose time passed while the process was busy follow at once,
 * in batches, so that the play is never behind for long.
 *
 * @param sink called in order; what it throws ends the play and rejects the promise
 * @returns fulfilled when the events are over or `signal` is aborted
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
  let handed = 0;
  for (const event of events) {
    for (let wait = ahead(event); wait > 0 && !signal?.aborted; wait = ahead(event)) {
      await clock.wait(wait, signal);
      batchEnd = clock.now() + BATCH;
    }
    if (signal?.aborted) return;
    sink(event);
    if (++handed % CLOCK_INTERVAL === 0 && clock.now() > batchEnd) {
      await setImmediate();
      batchEnd = clock.now() + BATCH;
    }
  }
}
