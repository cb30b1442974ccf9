import type { RawEvent } from "../tracer/decoder.ts";

/**
 * What happens to the stream itself is told in the stream, as events of the context `corelens`, so that a gap is
 * known as a gap wherever the events go.
 */
export type Notice = LostNotice | AttachedNotice | EndedNotice | TroubleNotice;

/** Events that found the ring buffer full since the last such notice. */
export interface LostNotice {
  readonly tracepoint: "corelens:lost";
  readonly time: number;
  readonly lost_tracepoint: string;
  readonly lost: number;
}

/** Tracing began, or went on with a restarted node or a replaced binary. */
export interface AttachedNotice {
  readonly tracepoint: "corelens:attached";
  readonly time: number;
  readonly binary: string;
  readonly node: number | null;
  readonly tracepoints: number;
}

/** The node's process ended; tracing goes on when it comes back. */
export interface EndedNotice {
  readonly tracepoint: "corelens:ended";
  readonly time: number;
  readonly node: number;
}

/** Looking after the target met an error; tracing goes on with what is attached. */
export interface TroubleNotice {
  readonly tracepoint: "corelens:trouble";
  readonly time: number;
  readonly code: string;
  readonly message: string;
}

/** Anything a session delivers. */
export type StreamEvent = RawEvent | Notice;

export function isNotice(event: StreamEvent): event is Notice {
  return event.tracepoint.startsWith("corelens:");
}
