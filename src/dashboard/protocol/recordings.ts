/** A recording in the list of recordings. */
export interface RecordingEntry {
  /** The value of `?recording=`. */
  readonly id: string;
  readonly name: string;
  /** Whether a browser uploaded it. */
  readonly isUpload: boolean;
  /** Whether it is the recording of the last hours, which is being written. */
  readonly isFlight: boolean;
  readonly bytes: number | null;
  /** Time of the first event, in ms since the epoch; null when the recording cannot be played. */
  readonly first: number | null;
  readonly last: number | null;
  /** Why it cannot be read to its end, as far as that is known. */
  readonly damage: string | null;
}

/** The answer to saving the last minutes: the name of the new recording and its times, in ms since the epoch. */
export interface SavedAnswer {
  readonly name: string;
  readonly first: number;
  readonly last: number;
}

/** The answer of `/api/recordings`. */
export interface RecordingList {
  readonly recordings: readonly RecordingEntry[];
  /** Number of recordings that are not listed. */
  readonly omitted: number;
  readonly takesUploads: boolean;
  /** Maximum size of an upload. */
  readonly maxBytes: number;
}
