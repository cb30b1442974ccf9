import { stat } from "node:fs/promises";
import { CorelensError } from "../errors.ts";
import type { IncompleteUnit } from "./file-summary.ts";
import { FRAME } from "./format.ts";
import { readFrames } from "./frame-reader.ts";
import { unreadable } from "./location.ts";
import { RecordingReader } from "./recording-reader.ts";

/** What can be said of a recording without reading all of its events. */
export interface RecordingOutline {
  /** Of its files. */
  readonly bytes: number;
  /** Time of the first and of the last event or notice, in ms since the epoch; null when there is none. */
  readonly span: readonly [first: number, last: number] | null;
  /** Why it cannot be read to its end, as far as that is known: damage amid its events is met when they are read. */
  readonly damage: CorelensError | null;
  /** Where its last file was cut off; null when it was not. */
  readonly incomplete: IncompleteUnit | null;
}

type Span = RecordingOutline["span"];

/**
 * Looks at the heads of all frames and reads the first and the last events only: a recording of gigabytes tells in
 * a moment what `readInfo` reads for minutes.
 * @param paths of its files, oldest first
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
  let damage: CorelensError | null = null;
  let span: Span = null;
  const keepDamage = async (read: () => Promise<void>): Promise<void> => {
    try {
      await read();
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      damage ??= error;
    }
  };
  let first: number | null = null;
  // The last one may have been cut off, and then the one before it is the last.
  let [beforeLast, last]: (number | null)[] = [null, null];
  await keepDamage(async () => {
    const passOver = readFrames(path, (type, at) => {
      if (type === FRAME.events) {
        first ??= at;
        [beforeLast, last] = [last, at];
      }
      return false;
    });
    for await (const _ of passOver);
  });
  const isEnd = (at: number): boolean => at === first || at === beforeLast || at === last;
  const reader = new RecordingReader([path], (type, at) => type !== FRAME.events || isEnd(at));
  await keepDamage(async () => {
    for await (const events of reader.batches()) {
      span = [span?.[0] ?? events[0]!.time, events.at(-1)!.time];
    }
  });
  return { span, damage, incomplete: reader.files[0]?.incomplete ?? null };
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
