import type { PeerDetails } from "../../model/peers/peer.ts";

/** A selection of events. */
export interface EventChoice {
  /** Names, in which `*` stands for any text; all when empty. */
  readonly tracepoints: readonly string[];
  /** A query that events have to pass (docs/query.md); null when all do. */
  readonly where: string | null;
}

/** Asks for recent events and for new ones as they happen. */
export interface TailCommand extends EventChoice {
  /** The peer whose messages are shown decoded; omitted when no message is. */
  readonly peer?: number;
}

/** An event: its fields under their names, `time` in ms since the epoch, a decoded message in place of a payload. */
export type TailEvent = Readonly<Record<string, unknown>> & {
  readonly tracepoint: string;
  readonly time: number;
};

/** Recent events that match, found step by step from the newest to the oldest. */
export interface PastPart {
  /** Newest first, older than those of the part before. */
  readonly events: readonly TailEvent[];
  /** Matches found so far. When these are too many, only the newest are sent. */
  readonly matched: number;
  /** Start of the time that was searched, in ms since the epoch; null while no event was seen. */
  readonly from: number | null;
  /** End of the time that is searched, in ms since the epoch. */
  readonly to: number;
  /** Whether the search is complete. */
  readonly isWhole: boolean;
  /** Whether this is the first part of a search: earlier parts belong to another search. */
  readonly isFirst: boolean;
}

/** New events that match. */
export interface TailPart {
  readonly counts: TailCounts;
  /** Of the command's peer; omitted when they are the same as before. */
  readonly details?: PeerDetails | null;
  /** Oldest first. */
  readonly events: readonly TailEvent[];
}

/** Numbers of events since the last part. */
export interface TailCounts {
  readonly matched: number;
  /** Matches that are not sent because too many came at once. */
  readonly skipped: number;
  /** Events that were not tested because too many came at once. */
  readonly untested: number;
}
