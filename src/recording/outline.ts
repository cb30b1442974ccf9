import { stat } from "node:fs/promises";
import { CorelensError } from "../errors.ts";
import { type FileIndex, readFileIndex } from "./file-index.ts";
import type { IncompleteUnit } from "./file-summary.ts";
import { unreadable } from "./location.ts";
import { RecordingReader } from "./recording-reader.ts";

/** What is known of a recording without reading all of its events. */
export interface RecordingOutline {
  /** Size of its files. */
  readonly bytes: number;
  /** Times of the first and the last event or notice, in ms since the UNIX epoch; null if there are none. */
  readonly span: readonly [first: number, last: number] | null;
  /** Why it cannot be read to its end, null if no damage was found. Damage in unread blocks is found only by reading. */
  readonly damage: CorelensError | null;
  /** The unit within which its last file ends; null if the file is complete. */
  readonly incomplete: IncompleteUnit | null;
}

type Span = RecordingOutline["span"];

/**
 * Reads the index, or the heads of all frames, but only the first and the last blocks of events. For a recording of
 * gigabytes this takes a moment, where `readInfo` takes minutes.
 * @param paths its files, oldest first
 * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION
 */
export async function readOutline(paths: readonly string[]): Promise<RecordingOutline> {
  let bytes = 0;
  let span: Span = null;
  let damage: CorelensError | null = null;
  let incomplete: IncompleteUnit | null = null;
  for (const path of paths) {
    bytes += await sizeOf(path);
    // What comes after damage is not read.
    if (damage) continue;
    const file = await outlineOf(path);
    ({ damage, incomplete } = file);
    if (file.span) span = [span?.[0] ?? file.span[0], file.span[1]];
  }
  return { bytes, span, damage, incomplete };
}

async function outlineOf(path: string): Promise<Omit<RecordingOutline, "bytes">> {
  let index: FileIndex;
  try {
    index = await readFileIndex(path);
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    return { span: null, damage: error, incomplete: null };
  }
  let { damage } = index;
  let span: Span = null;
  const { blocks, incomplete } = index;
  const ends = new Set([...blocks.slice(0, 1), ...blocks.slice(-1)]);
  const reader = new RecordingReader([path], index.planOf(ends));
  try {
    for await (const events of reader.batches()) {
      span = [span?.[0] ?? events[0]!.time, events.at(-1)!.time];
    }
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    damage ??= error;
  }
  return { span, damage, incomplete };
}

function isCorrupt(error: unknown): error is CorelensError {
  return error instanceof CorelensError && error.code === "RECORDING_CORRUPT";
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    throw unreadable(path, error);
  }
}
