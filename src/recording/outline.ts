import { stat } from "node:fs/promises";
import { CorelensError } from "../errors.ts";
import { type FileIndex, readFileIndex } from "./file-index.ts";
import type { IncompleteUnit } from "./file-summary.ts";
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

/**
 * Reads the index, or the heads of all frames, but only the first and the last blocks of events. For a recording of
 * gigabytes this takes a moment, where `readInfo` takes minutes.
 * @param paths its files, oldest first
 * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION
 */
export async function readOutline(paths: readonly string[]): Promise<RecordingOutline> {
  const files: RecordingOutline[] = [];
  for (const path of paths) files.push(await outlineOfFile(await readFileIndex(path)));
  return joinOutlines(files);
}

interface Known {
  readonly bytes: number;
  readonly changed: number;
  readonly outline: RecordingOutline;
}

/** Outlines of files. A file is read again when it has changed. */
export class OutlineCache {
  readonly #known = new Map<string, Known>();

  /**
   * @param paths a recording's files, oldest first
   * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION
   */
  async read(paths: readonly string[]): Promise<RecordingOutline> {
    const files: RecordingOutline[] = [];
    for (const path of paths) files.push(await this.#readFile(path));
    return joinOutlines(files);
  }

  /** Forgets all other files. */
  keep(paths: ReadonlySet<string>): void {
    for (const path of this.#known.keys()) if (!paths.has(path)) this.#known.delete(path);
  }

  async #readFile(path: string): Promise<RecordingOutline> {
    const status = await stat(path).catch(() => null);
    const known = this.#known.get(path);
    if (known && known.bytes === status?.size && known.changed === status.mtimeMs) {
      return known.outline;
    }
    const outline = await outlineOfFile(await readFileIndex(path));
    if (status) this.#known.set(path, { bytes: status.size, changed: status.mtimeMs, outline });
    return outline;
  }
}

/** @param files outlines of a recording's files, oldest first */
export function joinOutlines(files: readonly RecordingOutline[]): RecordingOutline {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  // What comes after damage is not read.
  const damaged = files.findIndex(({ damage }) => damage !== null);
  const read = damaged < 0 ? files : files.slice(0, damaged + 1);
  const spans = read.flatMap(({ span }) => (span ? [span] : []));
  const { damage = null, incomplete = null } = read.at(-1) ?? {};
  return {
    bytes,
    span: spans.length > 0 ? [spans[0]![0], spans.at(-1)![1]] : null,
    damage,
    incomplete,
  };
}

/** @throws CorelensError FILE_UNREADABLE */
export async function outlineOfFile(index: FileIndex): Promise<RecordingOutline> {
  const { path, bytes, blocks, incomplete } = index;
  const ends = new Set([...blocks.slice(0, 1), ...blocks.slice(-1)]);
  if (ends.size > 0 && [...ends].every(({ events }) => events !== null)) {
    const span = [blocks[0]!.first, blocks.at(-1)!.last] as const;
    return { bytes, span, damage: index.damage, incomplete };
  }
  let { damage } = index;
  let span: [number, number] | null = null;
  const reader = new RecordingReader([path], index.planOf(ends));
  try {
    for await (const events of reader.batches()) {
      span = [span?.[0] ?? events[0]!.time, events.at(-1)!.time];
    }
  } catch (error) {
    if (!(error instanceof CorelensError) || error.code !== "RECORDING_CORRUPT") throw error;
    damage ??= error;
  }
  return { bytes, span, damage, incomplete };
}
