import type { Cost } from "./cost.ts";
import type { EventKind } from "./kind.ts";
import type { LossCounters } from "./loss.ts";
import type { StreamEvent } from "./notice.ts";
import type { TraceSettings } from "./trace-settings.ts";

/** A source of events: a traced node, a simulated one, or a recording. */
export interface EventSource<Event extends StreamEvent = StreamEvent> {
  /** The kinds seen so far; a re-attachment can add some. */
  readonly kinds: readonly EventKind[];
  /** Batches of the available events, in order of time. Call it once. */
  batches(): AsyncGenerator<Event[]>;
  /** The loss counters of each kind. */
  tallies(): Map<string, LossCounters>;
  /** Milliseconds of the stream so far, if they differ from the time that reading takes. */
  readonly duration?: number | undefined;
  /** False when no process is traced: the events are simulated. Undefined means true. */
  readonly isTraced?: boolean | undefined;
  /** How often the node passed a tracepoint, if the events are a part of what was traced, or made from it. */
  readonly hits?: number;
  /** The cost of tracing to the node; null when it could not be measured. */
  cost(): Promise<Cost | null>;
  /** Changes what is traced, if supported; a notice in the stream confirms it. */
  changeSettings?(settings: TraceSettings): void;
  /** Ends the stream after the events until now. */
  stop(): Promise<void>;
  /** Frees everything; the stream ends at once. */
  close(): Promise<void>;
}

/** A source's events one by one. Leaving the loop closes the source. */
export async function* eventsOf<Event extends StreamEvent>(
  source: EventSource<Event>,
): AsyncGenerator<Event> {
  try {
    for await (const batch of source.batches()) yield* batch;
  } finally {
    await source.close();
  }
}
