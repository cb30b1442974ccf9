import { CorelensError } from "../errors.ts";
import { type FileIndex, type IndexedFrame, readFileIndex } from "./file-index.ts";
import { filesOf } from "./location.ts";
import { joinOutlines, outlineOfFile, type RecordingOutline } from "./outline.ts";
import { RecordingReader } from "./recording-reader.ts";

interface IndexedFile {
  readonly index: FileIndex;
  readonly blocks: readonly IndexedFrame[];
  readonly outline: RecordingOutline;
}

/** A place between two frames of a recording. */
export interface Place {
  readonly path: string;
  readonly at: number;
}

/** A block at which reading can begin. */
export interface Entrance extends Place {
  /** Time of its first event, in ms since the UNIX epoch. */
  readonly time: number;
  /** Whether the recording has no earlier block. */
  readonly isFirst: boolean;
}

/** The blocks of a recording by their times. The recording can grow, and lose its oldest files, meanwhile. */
export class RecordingIndex {
  readonly #path: string;
  #files: readonly IndexedFile[] = [];
  #outline: RecordingOutline = joinOutlines([]);

  private constructor(path: string) {
    this.#path = path;
  }

  /**
   * @param path a file, or a directory of files
   * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION
   */
  static async open(path: string): Promise<RecordingIndex> {
    const index = new RecordingIndex(path);
    await index.refresh();
    return index;
  }

  get outline(): RecordingOutline {
    return this.#outline;
  }

  /**
   * Reads what was added since the last call. A recording of which nothing is left keeps its index.
   * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION
   */
  async refresh(): Promise<void> {
    const known = new Map(this.#files.map((file) => [file.index.path, file]));
    const files: IndexedFile[] = [];
    for (const path of await filesOf(this.#path)) {
      const file = await readFile(path, known.get(path));
      if (file) files.push(file);
    }
    if (this.#files.length > 0 && files.every(({ blocks }) => blocks.length === 0)) return;
    this.#files = files;
    this.#outline = joinOutlines(files.map(({ outline }) => outline));
  }

  /**
   * Where to begin to read, so that the events of a time come with those before it. When the clock went back, this is
   * the last block that begins before the time.
   * @param bytes of events before the time, uncompressed; more by less than a block
   */
  entrance(time: number, bytes: number): Entrance | null {
    let found: Entrance | null = null;
    let read = 0;
    for (let f = this.#files.length - 1; f >= 0; f--) {
      const { index, blocks } = this.#files[f]!;
      for (let b = blocks.length - 1; b >= 0; b--) {
        const { at, first, unpacked } = blocks[b]!;
        if (found === null && first > time) continue;
        if (read >= bytes) return found;
        read += unpacked;
        found = { path: index.path, at, time: first, isFirst: false };
      }
    }
    return found ? { ...found, isFirst: true } : this.#first;
  }

  /** The first of the last blocks that have events of a time or later; null if none has. */
  since(time: number): Entrance | null {
    let found: Entrance | null = null;
    // The end of a block that was not read is the beginning of the next.
    let next = Number.POSITIVE_INFINITY;
    for (const { index, blocks } of this.#files.toReversed()) {
      for (const { at, first, last, events } of blocks.toReversed()) {
        if ((events === null ? next : last) < time) return found;
        found = { path: index.path, at, time: first, isFirst: false };
        next = first;
      }
    }
    return found && { ...found, isFirst: true };
  }

  /** Whether a file is part of the recording, as far as is known. */
  has(path: string): boolean {
    return this.#files.some(({ index }) => index.path === path);
  }

  /** Whether a place lies before another. */
  isBefore(one: Place, other: Place): boolean {
    return one.path === other.path ? one.at < other.at : one.path < other.path;
  }

  /** Whether there is a whole frame after the place. */
  hasAfter({ path, at }: Place): boolean {
    return this.#files.some(({ index }) =>
      index.path === path ? index.end > at : index.path > path,
    );
  }

  /** Reads from a place on; from the next file on if the place's was deleted. */
  readFrom({ path, at }: Place): RecordingReader {
    const files = this.filesFrom({ path, at });
    const plan = files[0]?.path === path ? files[0].planFrom(at) : undefined;
    return new RecordingReader(
      files.map((file) => file.path),
      plan,
    );
  }

  /** The files from that of a place on. */
  filesFrom({ path }: Place): FileIndex[] {
    return this.#files.map(({ index }) => index).filter((index) => index.path >= path);
  }

  get #first(): Entrance | null {
    for (const { index, blocks } of this.#files) {
      const [block] = blocks;
      if (block) return { path: index.path, at: block.at, time: block.first, isFirst: true };
    }
    return null;
  }
}

/** Null if the file was deleted meanwhile. */
async function readFile(path: string, known?: IndexedFile): Promise<IndexedFile | null> {
  try {
    const index = await readFileIndex(path, known?.index);
    if (index === known?.index) return known;
    return { index, blocks: index.blocks, outline: await outlineOfFile(index) };
  } catch (error) {
    if (isDeleted(error)) return null;
    throw error;
  }
}

/** Whether a file does not exist any more. */
export function isDeleted(error: unknown): boolean {
  if (!(error instanceof CorelensError)) return false;
  return (error.cause as NodeJS.ErrnoException | undefined)?.code === "ENOENT";
}
