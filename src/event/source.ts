import type { Cost } from "./cost.ts";
import type { EventKind } from "./kind.ts";
import type { LossCounters } from "./loss.ts";
import type { StreamEvent } from "./notice.ts";
import type { TraceSettings } from "./trace-settings.ts";

/** Where a command's events come from: a traced node or a simulated one. */
export interface EventSource<Event extends StreamEvent = StreamEvent> {
  /** The kinds seen so far; a re-attachment can add some. */
  readonly kinds: readonly EventKind[];
  /** Events in the order in which they happened, as many at a time as are there. To be called once. */
  batches(): AsyncGenerator<Event[]>;
  /** What became of each kind's events. */
  tallies(): Map<string, LossCounters>;
  /** Milliseconds that the stream took so far, where that is not the time it takes to read it. */
  readonly duration?: number;
  /** False when no process is traced: the events are simulated. Undefined means true. */
  readonly isTraced?: boolean;
  /** The cost of tracing to the node; null when it could not be measured. */
  cost(): Promise<Cost | null>;
  /** Changes what is traced, where that can be; the stream tells when it was done. */
  steer?(steering: TraceSettings): void;
  /** Ends the stream after the events that happened until then. */
  stop(): Promise<void>;
  /** Frees everything; the stream ends at once. */
  close(): Promise<void>;
}

/** A source's events one by one. Who leaves the loop closes the source. */
export async function* eventsOf<Event extends StreamEvent>(
  source: EventSource<Event>,
): AsyncGenerator<Event> {
  try {
    for await (const batch of source.batches()) yield* batch;
  } finally {
    await source.close();
  }
}
