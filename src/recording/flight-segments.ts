import { constants, openSync } from "node:fs";
import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { OutputFile } from "../session/privilege/output-file.ts";
import { unwritable } from "../session/privilege/output-files.ts";
import { endFrame } from "./end-frame.ts";
import { type FileIndex, readFileIndex } from "./file-index.ts";
import { SIGNATURE_SIZE } from "./format.ts";
import { encodeEntry, INDEX_EXTENSION, indexHead } from "./index-entry.ts";
import { EXTENSION } from "./location.ts";

interface Segment {
  readonly path: string;
  /** Of the file and its index. */
  bytes: number;
}

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;
const NEW = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
const REPLACED = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW;
const MODE = 0o640;
const NAME = /^flight-(2\d{3})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d\.\d{3})Z\.corelens$/;

/**
 * The files of a flight recording, within a budget of bytes. Room is made before bytes are written, by deleting the
 * oldest files; so the files never have more bytes than the budget.
 *
 *     flight-20261128T090000.000Z.corelens   oldest: deleted next
 *     flight-20261128T091000.123Z.corelens
 *     flight-20261128T092000.456Z.corelens   being written
 *
 * Names are in the order of writing even if the clock went back: then a name is a millisecond after the one before.
 * Other files of the directory are neither counted nor deleted.
 */
export class FlightSegments {
  readonly #directory: string;
  readonly #budget: number;
  readonly #segments: Segment[];
  #lastTime: number;

  private constructor(directory: string, budget: number, segments: Segment[]) {
    this.#directory = directory;
    this.#budget = budget;
    this.#segments = segments;
    const last = segments.at(-1);
    this.#lastTime = last ? timeOf(last.path) : 0;
  }

  /**
   * Finds the files of earlier runs. The last one is finished, if its process was killed.
   * @param directory is created if it does not exist
   * @throws CorelensError FILE_UNWRITABLE
   */
  static async open(directory: string, budget: number): Promise<FlightSegments> {
    try {
      await mkdir(directory, { recursive: true, mode: 0o750 });
      const paths = await segmentsIn(directory);
      const last = paths.at(-1);
      if (last !== undefined && !(await finish(last))) await remove(paths.pop()!);
      const segments = await Promise.all(
        paths.map(async (path) => ({ path, bytes: await bytesOf(path) })),
      );
      return new FlightSegments(directory, budget, segments);
    } catch (error) {
      throw unwritable(directory, error);
    }
  }

  /** Bytes of all files. */
  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /**
   * Creates the next file.
   * @throws CorelensError FILE_UNWRITABLE
   */
  create(): OutputFile {
    const time = Math.max(Date.now(), this.#lastTime + 1);
    const path = join(this.#directory, `flight-${nameOf(time)}${EXTENSION}`);
    const segment = { path, bytes: 0 };
    const file = this.#open(path, segment);
    this.#lastTime = time;
    this.#segments.push(segment);
    return file;
  }

  /**
   * Creates the index of the file that was created last.
   * @throws CorelensError FILE_UNWRITABLE
   */
  createIndex({ path }: OutputFile): OutputFile {
    return this.#open(`${path}${INDEX_EXTENSION}`, this.#segments.at(-1)!);
  }

  #open(path: string, segment: Segment): OutputFile {
    try {
      return new SegmentFile(path, openSync(path, NEW, MODE), async (bytes) => {
        await this.#makeRoom(bytes);
        segment.bytes += bytes;
      });
    } catch (error) {
      throw unwritable(path, error);
    }
  }

  async #makeRoom(bytes: number): Promise<void> {
    while (this.bytes + bytes > this.#budget) {
      const [oldest] = this.#segments;
      // The file that is being written stays.
      if (oldest === undefined || this.#segments.length === 1) {
        throw new Error(`the budget of ${this.#budget} bytes is too small`);
      }
      await remove(oldest.path);
      this.#segments.shift();
    }
  }
}

/** A file that asks for room before it grows. */
class SegmentFile extends OutputFile {
  readonly #reserve: (bytes: number) => Promise<void>;

  constructor(path: string, descriptor: number, reserve: (bytes: number) => Promise<void>) {
    super(path, descriptor);
    this.#reserve = reserve;
  }

  override async write(bytes: Uint8Array, position: number | null = null): Promise<void> {
    await this.#reserve(bytes.length);
    await super.write(bytes, position);
  }
}

/** The files of a flight recording, oldest first. */
export async function segmentsIn(directory: string): Promise<string[]> {
  const names = (await readdir(directory)).filter((name) => !Number.isNaN(timeOf(name))).sort();
  return names.map((name) => join(directory, name));
}

async function remove(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(`${path}${INDEX_EXTENSION}`, { force: true });
}

/**
 * Cuts an incomplete frame, and writes the end and the index that a killed process did not write.
 * @returns false if the file has no event
 */
async function finish(path: string): Promise<boolean> {
  const index = await readFileIndex(path).catch(() => null);
  if (index === null) return (await stat(path)).size > SIGNATURE_SIZE;
  if (index.isComplete || index.damage) return true;
  if (index.blocks.length === 0) return false;
  const { bytes, entry } = endFrame({ continues: true, cost: null });
  const file = await open(path, O_WRONLY | O_NOFOLLOW);
  try {
    await file.truncate(index.end);
    await file.write(bytes, 0, bytes.length, index.end);
  } finally {
    await file.close();
  }
  await writeIndex(index, entry);
  return true;
}

async function writeIndex({ path, frames }: FileIndex, end: Buffer): Promise<void> {
  const file = await open(`${path}${INDEX_EXTENSION}`, REPLACED, MODE);
  try {
    await file.writeFile(Buffer.concat([indexHead(), ...frames.map(encodeEntry), end]));
  } finally {
    await file.close();
  }
}

async function bytesOf(path: string): Promise<number> {
  const index = await stat(`${path}${INDEX_EXTENSION}`).catch(() => null);
  return (await stat(path)).size + (index?.size ?? 0);
}

/** `20261128T093557.123Z` */
function nameOf(time: number): string {
  return new Date(time).toISOString().replace(/[-:]/g, "");
}

/** The time in a name, in ms since the epoch; NaN if it is not a segment's name. */
function timeOf(path: string): number {
  const [, year, month, day, hour, minute, second] = NAME.exec(path.split("/").at(-1)!) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
