/** Speeds that a page offers, in recorded seconds per second. */
export const SPEEDS = [1, 5, 20, 100] as const;

/** What the timeline of a recording is marked with: blocks, losses, and ends of the node. */
export const MARKS = ["block", "lost", "ended"] as const;
export type Mark = (typeof MARKS)[number];

/** A recording's time is divided into this many parts for its marks; no screen shows more. */
export const MARK_PARTS = 500;

/** The parts of a recording's time that hold a mark. */
export type MarksView = Readonly<Record<Mark, readonly number[]>>;

/** The position in a recording, the same for all browsers. Times are in ms since the epoch. */
export interface PlaybackState {
  /** Time of the first event. */
  readonly first: number;
  /** Time of the last event. */
  readonly last: number;
  readonly position: number;
  /** Events up to this time were read. It is before the position while the player catches up. */
  readonly readUntil: number;
  /** The pages show events from this time on, because reading began there; null if it began with the first. */
  readonly knownFrom: number | null;
  /** Recorded seconds per second. */
  readonly speed: number;
  readonly isPlaying: boolean;
  /** Why the recording cannot be read further; null when it can. */
  readonly damage: string | null;
  readonly marks: MarksView;
}

/** Changes to the playback; omitted members keep their value. */
export interface PlaybackCommand {
  readonly position?: number;
  readonly speed?: number;
  readonly isPlaying?: boolean;
}
