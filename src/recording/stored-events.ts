import type { Cost } from "../event/cost.ts";
import type { EventKind } from "../event/kind.ts";
import type { LossCounters } from "../event/loss.ts";
import type { StreamEvent } from "../event/notice.ts";
import { CAPTURE_KINDS, CaptureReader, captureNotes } from "./capture-reader.ts";
import type { FileSummary } from "./file-summary.ts";
import { readForm } from "./frame-reader.ts";
import { storedFilesOf } from "./location.ts";
import { RecordingReader, readKinds } from "./recording-reader.ts";

/** Events in files, whatever form these have. What was found out grows while they are read. */
export interface StoredEvents {
  /** All kinds so far. */
  readonly kinds: readonly EventKind[];
  readonly files: readonly FileSummary[];
  /** What tracing cost the node; null where that is not known. */
  readonly cost: Cost | null;
  /**
   * Batches of events in their order; to be called once.
   * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION, RECORDING_CORRUPT after the events before the damage
   */
  batches(): AsyncGenerator<StreamEvent[]>;
  /** What became of each kind's events, as far as was read. */
  tallies(): Map<string, LossCounters>;
}

/** Events in files that were not read yet. */
export interface Stored {
  readonly reader: StoredEvents;
  /**
   * All kinds that there will be.
   * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION, RECORDING_CORRUPT
   */
  readonly kinds: () => Promise<readonly EventKind[]>;
  /** What whoever reads them has to know, each a sentence. */
  readonly notes: readonly string[];
}

/**
 * Opens a recording, or the files of bitcoind's -capturemessages.
 * @param path a file, or a directory of files
 * @throws CorelensError FILE_UNREADABLE
 */
export async function openStored(path: string): Promise<Stored> {
  const paths = await storedFilesOf(path);
  if (await areCaptures(paths)) {
    const kinds = async (): Promise<readonly EventKind[]> => CAPTURE_KINDS;
    return { reader: new CaptureReader(paths), kinds, notes: captureNotes(paths) };
  }
  return { reader: new RecordingReader(paths), kinds: () => readKinds(paths), notes: [] };
}

/**
 * Whether these are captured messages, which do not tell the peers' numbers.
 * @throws CorelensError FILE_UNREADABLE
 */
export async function isCapture(path: string): Promise<boolean> {
  return areCaptures(await storedFilesOf(path));
}

async function areCaptures(paths: readonly string[]): Promise<boolean> {
  return (await readForm(paths[0]!)).kind === "capture";
}
