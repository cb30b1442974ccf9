import { CorelensError } from "../errors.ts";
import { isNotice } from "../event/notice.ts";
import { type FileIndex, readFileIndex } from "./file-index.ts";
import { filesOf } from "./location.ts";
import { joinOutlines, outlineOfFile } from "./outline.ts";
import { RecordingReader } from "./recording-reader.ts";

/** A time in which nothing was recorded, in ms since the epoch. */
export interface Gap {
  readonly first: number;
  readonly last: number;
}

/** What a recording contains, from its indexes; blocks that no index has are read. */
export interface RecordingSummary {
  readonly files: number;
  readonly bytes: number;
  /** Times of the first and the last event or notice, in ms since the epoch; null if there are none. */
  readonly span: readonly [first: number, last: number] | null;
  readonly events: number;
  /** Events that its notices report as lost. */
  readonly lost: number;
  /** Whether its writer finished all files. */
  readonly isComplete: boolean;
  /** Between its files. */
  readonly gaps: readonly Gap[];
  /** Why it cannot be read to its end; null if no damage was found. */
  readonly damage: CorelensError | null;
}

/** A writer begins the next file at once. A shorter time without events is usual, also of a quiet node. */
const GAP_MS = 10_000;

/**
 * @param path a file, or a directory of files
 * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION
 */
export async function summaryOf(path: string): Promise<RecordingSummary> {
  const indexes: FileIndex[] = [];
  for (const file of await filesOf(path)) indexes.push(await readFileIndex(file));
  const outlines = await Promise.all(indexes.map(outlineOfFile));
  const counts = { events: 0, lost: 0 };
  let damage: CorelensError | null = null;
  for (const index of indexes) {
    for (const block of index.blocks) {
      counts.events += block.events ?? 0;
      counts.lost += block.lost ?? 0;
    }
    damage ??= await addUnread(index, counts);
  }
  const whole = joinOutlines(outlines);
  return {
    ...counts,
    files: indexes.length,
    bytes: whole.bytes,
    span: whole.span,
    isComplete: indexes.every(({ isComplete }) => isComplete),
    gaps: gapsBetween(outlines.flatMap(({ span }) => (span ? [span] : []))),
    damage: whole.damage ?? damage,
  };
}

/** Adds the counts of the blocks that no index has. Returns the damage at which reading them ends. */
async function addUnread(
  index: FileIndex,
  counts: { events: number; lost: number },
): Promise<CorelensError | null> {
  const unread = new Set(index.blocks.filter(({ events }) => events === null));
  if (unread.size === 0) return null;
  try {
    for await (const batch of new RecordingReader([index.path], index.planOf(unread)).batches()) {
      for (const event of batch) {
        if (!isNotice(event)) counts.events++;
        else if (event.tracepoint === "corelens:lost") counts.lost += event.lost;
      }
    }
    return null;
  } catch (error) {
    if (error instanceof CorelensError && error.code === "RECORDING_CORRUPT") return error;
    throw error;
  }
}

function gapsBetween(spans: readonly (readonly [number, number])[]): Gap[] {
  return spans.slice(1).flatMap(([next], i) => {
    const [, last] = spans[i]!;
    return next - last > GAP_MS ? [{ first: last, last: next }] : [];
  });
}
