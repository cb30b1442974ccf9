import type { EventKind } from "../event/kind.ts";
import type { StreamEvent } from "../event/notice.ts";

/** A part of the model: it processes the events of one domain, in bounded memory. */
export interface Fold {
  /** The only tracepoints and notices that it processes; omitted when it processes all. */
  readonly tracepoints?: readonly string[];
  see(event: StreamEvent): void;
  /** Gets all kinds of the source, whenever there may be new ones. */
  learn?(kinds: readonly EventKind[]): void;
  /** Lets time pass without an event. @param now ms since the epoch */
  advance?(now: number): void;
}
