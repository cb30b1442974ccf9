import type { Field } from "../contract/types.ts";
import type { Tally } from "../tracer/tally.ts";
import type { Cost } from "./cost-meter.ts";
import type { StreamEvent } from "./notice.ts";
import type { Steering } from "./steering.ts";

/** A kind of event, with the fields it carries in their order. */
export interface EventKind {
  readonly name: string;
  readonly fields: readonly Field[];
}

/** Where a command's events come from: a traced node or a simulated one. */
export interface EventSource<Event extends StreamEvent = StreamEvent> {
  /** The kinds seen so far; a re-attachment can add some. */
  readonly kinds: readonly EventKind[];
  /** Events in the order in which they happened, as many at a time as are there. To be called once. */
  batches(): AsyncGenerator<Event[]>;
  /** What became of each kind's events. */
  tallies(): Map<string, Tally>;
  /** Milliseconds that the stream took so far, where that is not the time it takes to read it. */
  readonly duration?: number;
  /** What tracing costs the node; null when it could not be measured. */
  cost(): Promise<Cost | null>;
  /** Changes what is traced, where that can be; the stream tells when it was done. */
  steer?(steering: Steering): void;
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
