import type { RawEvent } from "./event.ts";

/**
 * What happens to the stream itself is told in the stream, as events of the context `corelens`, so that a gap is
 * known as a gap wherever the events go.
 */
export type Notice =
  | LostNotice
  | AttachedNotice
  | EndedNotice
  | TroubleNotice
  | UnreadableNotice
  | LimitedNotice
  | SettingsNotice;

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
  readonly pid: number | null;
  readonly tracepoints: number;
  /** Of a binary that is named by its path: how many processes ran it then. */
  readonly running?: number;
}

/** The node's process ended; tracing goes on when it comes back. */
export interface EndedNotice {
  readonly tracepoint: "corelens:ended";
  readonly time: number;
  readonly pid: number;
  /**
   * What has to start for the trace to go on: `a node with the data directory /home/anna/.bitcoin`. Null when nothing
   * could be recognised as the same; left out where the node is not followed by its process, and in older recordings.
   */
  readonly awaited?: string | null;
}

/** Looking after the target met an error; tracing goes on with what is attached. */
export interface TroubleNotice {
  readonly tracepoint: "corelens:trouble";
  readonly time: number;
  readonly code: string;
  readonly message: string;
}

/** A field cannot be read at some sites of a tracepoint: events from there have null, and pass no filter about it. */
export interface UnreadableNotice {
  readonly tracepoint: "corelens:unreadable";
  readonly time: number;
  readonly unreadable_tracepoint: string;
  readonly field: string;
  /** The argument as the binary's note has it, e.g. `8@%xmm0`. */
  readonly argument: string;
  readonly reason: string;
  /** How many sites it cannot be read at, of how many. */
  readonly sites: number;
  readonly of: number;
}

/** Not all events are delivered, because somebody asked for that. */
export interface LimitedNotice {
  readonly tracepoint: "corelens:limited";
  readonly time: number;
  /** One in so many, chosen by chance; null for all. */
  readonly sample: number | null;
  /** At most about so many a second of each tracepoint; null for as many as there are. */
  readonly rate: number | null;
}

/** What is traced from now on, because somebody who looks at it asked for that. */
export interface SettingsNotice {
  readonly tracepoint: "corelens:settings";
  readonly time: number;
  /** Names of tracepoints that are not traced for now. */
  readonly off: readonly string[];
  /** Ids of peers whose messages have payloads. */
  readonly peers: readonly number[];
}

/** What is waited for after a node's end, as the last part of a sentence. */
export function awaitedText(awaited: string | null | undefined): string {
  if (awaited === null) return "nothing can be recognised as the same, so nothing more is traced";
  return awaited === undefined
    ? "waiting for it to come back"
    : `waiting for ${awaited} to be started`;
}

/** Anything a session delivers. */
export type StreamEvent = RawEvent | Notice;

export function isNotice(event: StreamEvent): event is Notice {
  return event.tracepoint.startsWith("corelens:");
}
