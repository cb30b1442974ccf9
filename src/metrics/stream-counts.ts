import { EventCounter } from "../counting/event-counter.ts";
import type { Counts } from "../counting/group.ts";
import type { RawEvent } from "../event/event.ts";
import type { EventKind } from "../event/kind.ts";
import type { Count } from "./metric.ts";
import { countRequest } from "./table/table.ts";

/** The counts of one tracepoint. */
export interface Counted extends Counts {
  readonly tracepoint: string;
}

/** Counts delivered events by tracepoint, as the kernel does; for recordings and simulations. */
export class StreamCounts {
  readonly #counters: ReadonlyMap<string, EventCounter>;

  constructor(count: Count) {
    const request = countRequest(count, true);
    this.#counters = new Map(
      count.tracepoints.map((name) => [name, new EventCounter({ ...request, patterns: [name] })]),
    );
  }

  /** @param kinds all kinds of events that the source has */
  setKinds(kinds: readonly EventKind[]): void {
    for (const [name, counter] of this.#counters)
      counter.learn(kinds.filter((kind) => kind.name === name));
  }

  see(event: RawEvent): void {
    this.#counters.get(event.tracepoint)?.count(event);
  }

  /** The counts of each tracepoint that the source has. */
  read(): Counted[] {
    return [...this.#counters]
      .map(([tracepoint, counter]) => ({ tracepoint, ...counter.counts() }))
      .filter(({ shape }) => shape !== null);
  }
}
