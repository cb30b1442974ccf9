import type { RawEvent } from "./event.ts";

/**
 * Notices report in the stream what happens to the stream itself, as events of the context `corelens`. So every
 * consumer can detect gaps.
 */
export type Notice =
  | LostNotice
  | AttachedNotice
  | EndedNotice
  | ErrorNotice
  | UnreadableNotice
  | LimitedNotice
  | SettingsNotice
  | UnpairedNotice;

/** Events that found the ring buffer full, or that a recorder did not keep, since the last such notice. */
export interface LostNotice {
  readonly tracepoint: "corelens:lost";
  readonly time: number;
  readonly lost_tracepoint: string;
  readonly lost: number;
  /** `recorder` if a recorder could not write them; absent if the ring buffer was full. */
  readonly by?: "recorder";
}

/** Tracing began, or continued with a restarted node or a replaced binary. */
export interface AttachedNotice {
  readonly tracepoint: "corelens:attached";
  readonly time: number;
  readonly binary: string;
  readonly pid: number | null;
  readonly tracepoints: number;
  /** The number of processes that ran the binary, if the target is its path. */
  readonly running?: number;
}

/** The node's process ended; tracing continues when it restarts. */
export interface EndedNotice {
  readonly tracepoint: "corelens:ended";
  readonly time: number;
  readonly pid: number;
  /**
   * What must start for tracing to continue: `a node with the data directory /home/anna/.bitcoin`. Null if no later
   * process could be recognised as the same. Absent if the target is not a process, and in older recordings.
   */
  readonly awaited?: string | null;
}

/** Following the target failed; tracing continues with the attached programs. */
export interface ErrorNotice {
  readonly tracepoint: "corelens:error";
  readonly time: number;
  readonly code: string;
  readonly message: string;
}

/** A field is unreadable at some sites of a tracepoint: it is null in their events, which pass no filter on it. */
export interface UnreadableNotice {
  readonly tracepoint: "corelens:unreadable";
  readonly time: number;
  readonly unreadable_tracepoint: string;
  readonly field: string;
  /** The argument in the binary's note, e.g. `8@%xmm0`. */
  readonly argument: string;
  readonly reason: string;
  /** The number of sites where it is unreadable, and of all sites. */
  readonly sites: number;
  readonly of: number;
}

/** A limit of the user omits events. */
export interface LimitedNotice {
  readonly tracepoint: "corelens:limited";
  readonly time: number;
  /** One event in `sample` is delivered, chosen at random; null for all. */
  readonly sample: number | null;
  /** The approximate maximum of events per second and tracepoint; null for no limit. */
  readonly rate: number | null;
}

/** A viewer of the dashboard changed what is traced. */
export interface SettingsNotice {
  readonly tracepoint: "corelens:settings";
  readonly time: number;
  /** Names of disabled tracepoints. */
  readonly off: readonly string[];
  /** Ids of peers whose messages have payloads. */
  readonly peers: readonly number[];
}

/** Ends a stream of intervals: how many events of both tracepoints have no pair. */
export interface UnpairedNotice {
  readonly tracepoint: "corelens:unpaired";
  readonly time: number;
  readonly from_tracepoint: string;
  readonly to_tracepoint: string;
  /** The events that begin intervals: those with an end, and the sum of the next four. */
  readonly begun: number;
  /** Another beginning came before an end. */
  readonly repeated: number;
  /** No end came until the stream's end. */
  readonly unended: number;
  /** Pairs are uncertain: a gap followed, or what identifies the pair was unreadable. */
  readonly dropped: number;
  /** Too many beginnings without an end. */
  readonly forgotten: number;
  /** Ends without a beginning. */
  readonly unbegun: number;
}

/** What tracing waits for after a node's end, as the last part of a sentence. */
export function waitingText(awaited: string | null | undefined): string {
  if (awaited === null) return "nothing can be recognised as the same, so nothing more is traced";
  return awaited === undefined
    ? "waiting for it to come back"
    : `waiting for ${awaited} to be started`;
}

/** An item of a session's stream. */
export type StreamEvent = RawEvent | Notice;

export function isNotice(event: StreamEvent): event is Notice {
  return event.tracepoint.startsWith("corelens:");
}
