import type { Cost } from "../event/cost.ts";
import type { EventKind } from "../event/kind.ts";
import type { LossCounters } from "../event/loss.ts";
import type { StreamEvent } from "../event/notice.ts";
import { CAPTURE_KINDS, CaptureReader, captureNotes } from "./capture-reader.ts";
import type { FileSummary } from "./file-summary.ts";
import { readForm } from "./frame-reader.ts";
import { storedFilesOf } from "./location.ts";
import { RecordingReader, readKinds } from "./recording-reader.ts";

/** Events in files of any readable format. `kinds`, `files` and tallies grow while events are read. */
export interface StoredEvents {
  /** All kinds read so far. */
  readonly kinds: readonly EventKind[];
  readonly files: readonly FileSummary[];
  /** What tracing cost the node; null if unknown. */
  readonly cost: Cost | null;
  /**
   * Batches of events, in order. Call it once.
   * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION; RECORDING_CORRUPT after the events before the damage
   */
  batches(): AsyncGenerator<StreamEvent[]>;
  /** Events delivered, lost, truncated and unreadable up to now, by tracepoint. */
  tallies(): Map<string, LossCounters>;
}

/** Files of events, opened but not read. */
export interface Stored {
  readonly reader: StoredEvents;
  /**
   * Reads all kinds, without the events.
   * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION, RECORDING_CORRUPT
   */
  readonly kinds: () => Promise<readonly EventKind[]>;
  /** What a reader of the events must know: sentences. */
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
 * Whether the files are captured messages, which have no peer ids.
 * @throws CorelensError FILE_UNREADABLE
 */
export async function isCapture(path: string): Promise<boolean> {
  return areCaptures(await storedFilesOf(path));
}

async function areCaptures(paths: readonly string[]): Promise<boolean> {
  return (await readForm(paths[0]!)).kind === "capture";
}
