/** What a reader found in a file. */
export interface FileSummary {
  readonly path: string;
  /** The program that wrote it, such as `corelens 0.1.0`; null if the file does not name it. */
  writer: string | null;
  /** The time when it began, in ms since the UNIX epoch; null if the file does not have it. */
  created: number | null;
  /** A recording consists of frames, a capture of messages. */
  readonly unit: Unit;
  /** Bytes of whole units. */
  bytes: number;
  /** Number of units. */
  frames: number;
  /** Bytes of its events before compression. */
  unpacked: number;
  /** Whether its writer finished it. */
  complete: boolean;
  incomplete: IncompleteUnit | null;
}

export type Unit = "frame" | "message";

/** The last unit of a file that ends within it, as happens when the writer is killed. */
export interface IncompleteUnit {
  readonly path: string;
  readonly unit: Unit;
  /** Position in the file where it begins. */
  readonly at: number;
  /** Bytes of it that the file contains. */
  readonly size: number;
}

export function newSummary(path: string, unit: Unit): FileSummary {
  return {
    path,
    writer: null,
    created: null,
    unit,
    bytes: 0,
    frames: 0,
    unpacked: 0,
    complete: false,
    incomplete: null,
  };
}
