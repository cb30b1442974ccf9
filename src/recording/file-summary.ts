/** What a file was found to consist of. */
export interface FileSummary {
  readonly path: string;
  /** Who wrote it, such as `corelens 0.1.0`; null when that was not reached, or is not in it. */
  writer: string | null;
  /** When it began, in ms since the epoch; null as `writer`. */
  created: number | null;
  /** What a recording consists of are frames; a capture has messages. */
  readonly unit: Unit;
  /** Bytes of whole units. */
  bytes: number;
  /** How many units there are. */
  frames: number;
  /** Bytes of its events before packing. */
  unpacked: number;
  /** Whether its writer came to its end. */
  complete: boolean;
  incomplete: IncompleteUnit | null;
}

export type Unit = "frame" | "message";

/** Where a file ends in the midst of a unit, as one does whose writer was killed. */
export interface IncompleteUnit {
  readonly path: string;
  readonly unit: Unit;
  /** Where it begins. */
  readonly at: number;
  /** Bytes of it that are there. */
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
