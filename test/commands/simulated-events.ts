import type { RawEvent } from "../../src/event/event.ts";
import type { EventKind } from "../../src/event/kind.ts";
import type { EventSource } from "../../src/event/source.ts";
import { layoutsOf } from "../../src/simulate/layouts.ts";
import { simulateReindex } from "../../src/simulate/reindex.ts";
import type { SimulatedEvent, SimulationOptions } from "../../src/simulate/world.ts";
import { firstMinutes } from "../simulate/events.ts";

/** 2026-01-01T00:00:00Z, the start of simulations. */
const START = 1_767_225_600_000;
const BOOT = 1e15;
const NODE = 4711;

/** The kinds of events that a simulated node of a release has. */
export function simulatedKinds(release: number): EventKind[] {
  return [...layoutsOf(release)].map(([name, fields]) => ({ name, fields }));
}

/** The events of a simulated node, all of one thread. */
export function* traced(
  minutes: number,
  options: SimulationOptions = { seed: 1 },
): Generator<RawEvent> {
  for (const event of firstMinutes(minutes, options)) yield rawEvent(event);
}

/** The events of a simulated reindex, up to a number of blocks. */
export function* tracedReindex(
  blocks: number,
  options: SimulationOptions = { seed: 1 },
): Generator<RawEvent> {
  let connected = 0;
  for (const event of simulateReindex(options)) {
    yield rawEvent(event);
    if (event.tracepoint === "validation:block_connected" && ++connected === blocks) return;
  }
}

function rawEvent({ at, tracepoint, args }: SimulatedEvent): RawEvent {
  return {
    tracepoint,
    time: START + at,
    ktime: Math.round(BOOT + at * 1e6),
    ...{ tid: NODE, thread: "b-msghand", cpu: 0, pid: NODE },
    ...args,
  };
}

/** A source with kinds but without events. */
export function sourceOf(kinds: readonly EventKind[], duration?: number): EventSource {
  return {
    kinds,
    ...(duration !== undefined && { duration }),
    batches: async function* () {},
    tallies: () => new Map(),
    cost: async () => null,
    stop: async () => {},
    close: async () => {},
  };
}
