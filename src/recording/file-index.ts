import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { gunzipSync, constants as zlib } from "node:zlib";
import { CorelensError } from "../errors.ts";
import { BlockError, BlockReader } from "./block-reader.ts";
import { FORM_SIZE } from "./file-form.ts";
import type { IncompleteUnit } from "./file-summary.ts";
import {
  CODECS,
  FRAME,
  FRAME_HEAD_SIZE,
  type FrameHead,
  readFrameHead,
  SIGNATURE_SIZE,
} from "./format.ts";
import { checkHead, checkSignature, type FramePlan } from "./frame-reader.ts";
import { decodeIndex, INDEX_EXTENSION, type IndexEntry, NO_BLOCK } from "./index-entry.ts";
import { unreadable } from "./location.ts";
import { parseNotice } from "./notice-json.ts";
import { RecordingReader } from "./recording-reader.ts";

/** A frame of a file. */
export interface IndexedFrame extends IndexEntry {
  /** Position of its head. */
  readonly at: number;
}

/** Enough for the first time of nearly every block; a longer notice is read whole. */
const BLOCK_BEGIN = 1024;
/** An index of a recording of 400 GB; a larger one is not read. */
const MAX_INDEX_BYTES = 64 << 20;
const NOTHING = Buffer.alloc(0);
/** Opening a pipe would wait for a writer. */
const FOR_READING = constants.O_RDONLY | constants.O_NONBLOCK;
/** Longest time without serving others. */
const TURN_MS = 5;

/**
 * The frames of a file: as its index has them, and after those by reading the heads of the frames. So an index may be
 * missing, damaged or behind.
 */
export class FileIndex {
  readonly path: string;
  readonly frames: readonly IndexedFrame[];
  /** Bytes of the file. */
  readonly bytes: number;
  /** Where the whole frames end. */
  readonly end: number;
  /** The unit within which the file ends; null if it ends with a frame. */
  readonly incomplete: IncompleteUnit | null;
  /** Why its frames cannot be found up to its end; null if they can. */
  readonly damage: CorelensError | null;

  constructor(path: string, { bytes, frames, end, incomplete, damage }: Scan) {
    this.path = path;
    this.bytes = bytes;
    this.frames = frames;
    this.end = end;
    this.incomplete = incomplete;
    this.damage = damage;
  }

  /** The blocks of events. */
  get blocks(): IndexedFrame[] {
    return this.frames.filter(({ type }) => type === FRAME.events);
  }

  /** Whether its writer finished it. */
  get isComplete(): boolean {
    return this.frames.at(-1)?.type === FRAME.end;
  }

  /** Reads the file from a position on, with the kinds before it. */
  planFrom(position: number): FramePlan {
    const kinds = this.frames.filter(({ type, at }) => type === FRAME.kind && at < position);
    return { single: kinds.map(({ at }) => at), from: position };
  }

  /** Reads only these blocks, and the kinds. */
  planOf(blocks: ReadonlySet<IndexedFrame>): FramePlan {
    const wanted = this.frames.filter((frame) => frame.type === FRAME.kind || blocks.has(frame));
    return { single: wanted.map(({ at }) => at), from: null };
  }
}

interface Scan {
  readonly bytes: number;
  readonly frames: IndexedFrame[];
  end: number;
  incomplete: IncompleteUnit | null;
  damage: CorelensError | null;
}

/**
 * @param known an earlier index of the same file, which may have grown
 * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION
 */
export async function readFileIndex(path: string, known?: FileIndex): Promise<FileIndex> {
  const descriptor = openFile(path);
  try {
    const { size: bytes } = fstatSync(descriptor);
    if (known?.bytes === bytes) return known;
    const scan: Scan = { bytes, frames: [], end: SIGNATURE_SIZE, incomplete: null, damage: null };
    scan.damage = damageIn(() => {
      checkSignature(path, readSome(descriptor, path, 0, FORM_SIZE));
    });
    if (scan.damage) return new FileIndex(path, scan);
    const stored = known?.frames ?? storedFrames(path, bytes);
    if (fits(descriptor, path, stored)) {
      scan.frames.push(...stored);
      scan.end = endOf(stored);
    }
    await scanHeads(descriptor, path, scan);
    return new FileIndex(path, scan);
  } finally {
    closeSync(descriptor);
  }
}

/** The frames of the index beside the file, as far as they lie within it. */
function storedFrames(path: string, bytes: number): IndexedFrame[] {
  const frames: IndexedFrame[] = [];
  let at = SIGNATURE_SIZE;
  for (const entry of decodeIndex(readSmall(`${path}${INDEX_EXTENSION}`))) {
    if (entry.size < FRAME_HEAD_SIZE || at + entry.size > bytes) break;
    frames.push({ ...entry, at });
    at += entry.size;
  }
  return frames;
}

/** The file's bytes; none if it cannot be read. */
function readSmall(path: string): Buffer {
  try {
    const descriptor = openSync(path, FOR_READING);
    try {
      const status = fstatSync(descriptor);
      const isUsable = status.isFile() && status.size <= MAX_INDEX_BYTES;
      return isUsable ? readFileSync(descriptor) : NOTHING;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return NOTHING;
  }
}

/** Whether an index is of this file: its last entry agrees with the frame there. */
function fits(descriptor: number, path: string, frames: readonly IndexedFrame[]): boolean {
  return [frames[0], frames.at(-1)].every((frame) => {
    if (frame === undefined) return true;
    const bytes = readSome(descriptor, path, frame.at, FRAME_HEAD_SIZE);
    if (bytes.length < FRAME_HEAD_SIZE) return false;
    const { type, stored, unpacked } = readFrameHead(bytes);
    return (
      type === frame.type && stored + FRAME_HEAD_SIZE === frame.size && unpacked === frame.unpacked
    );
  });
}

function endOf(frames: readonly IndexedFrame[]): number {
  const last = frames.at(-1);
  return last ? last.at + last.size : SIGNATURE_SIZE;
}

/** Adds the frames after those that are known. */
async function scanHeads(descriptor: number, path: string, scan: Scan): Promise<void> {
  let begin = performance.now();
  while (scan.end < scan.bytes) {
    const at = scan.end;
    const bytes = readSome(descriptor, path, at, FRAME_HEAD_SIZE + BLOCK_BEGIN);
    const rest = scan.bytes - at;
    if (rest < FRAME_HEAD_SIZE) {
      scan.incomplete = { path, unit: "frame", at, size: rest };
      return;
    }
    const head = readFrameHead(bytes);
    scan.damage = damageIn(() => checkHead(path, at, head));
    if (scan.damage) return;
    const { type, unpacked } = head;
    const size = FRAME_HEAD_SIZE + head.stored;
    if (size > rest) {
      scan.incomplete = { path, unit: "frame", at, size: rest };
      return;
    }
    const facts = type === FRAME.events ? await unreadFacts(path, scan, head, bytes, at) : NO_BLOCK;
    scan.frames.push({ type, at, size, unpacked, ...facts });
    scan.end += size;
    if (performance.now() - begin > TURN_MS) {
      await turn();
      begin = performance.now();
    }
  }
}

function damageIn(check: () => void): CorelensError | null {
  try {
    check();
    return null;
  } catch (error) {
    if (error instanceof CorelensError && error.code === "RECORDING_CORRUPT") return error;
    throw error;
  }
}

/** What is known of a block from its beginning. */
async function unreadFacts(
  path: string,
  { frames }: Scan,
  head: FrameHead,
  bytes: Buffer,
  at: number,
): Promise<Pick<IndexEntry, "events" | "lost" | "first" | "last">> {
  const begin = bytes.subarray(FRAME_HEAD_SIZE, FRAME_HEAD_SIZE + head.stored);
  const time = firstTime(head, begin) ?? (await readFirstTime(path, frames, at));
  return { events: null, lost: null, first: time, last: time };
}

/** The time of a block's first event or notice; null if the bytes do not suffice. */
function firstTime({ codec }: FrameHead, begin: Buffer): number | null {
  try {
    const plain =
      codec === CODECS.gzip ? gunzipSync(begin, { finishFlush: zlib.Z_SYNC_FLUSH }) : begin;
    const block = new BlockReader(plain);
    const tag = block.count();
    if (tag === 0) return parseNotice(JSON.parse(block.text()))?.time ?? null;
    block.envelope(tag);
    block.check();
    return block.time;
  } catch (error) {
    if (error instanceof BlockError || error instanceof SyntaxError) return null;
    // zlib: the bytes are damaged or do not suffice.
    if ((error as NodeJS.ErrnoException).code?.startsWith("Z_")) return null;
    throw error;
  }
}

/** Reads the whole block; an unreadable one has the time of the block before. */
async function readFirstTime(
  path: string,
  frames: readonly IndexedFrame[],
  at: number,
): Promise<number> {
  const kinds = frames.filter(({ type }) => type === FRAME.kind);
  const plan = { single: [...kinds.map((kind) => kind.at), at], from: null };
  try {
    for await (const events of new RecordingReader([path], plan).batches()) return events[0]!.time;
  } catch (error) {
    if (!(error instanceof CorelensError)) throw error;
  }
  return frames.at(-1)?.last ?? 0;
}

function openFile(path: string): number {
  try {
    return openSync(path, FOR_READING);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** `length` bytes; fewer at the end of the file. */
function readSome(descriptor: number, path: string, position: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  try {
    return buffer.subarray(0, readSync(descriptor, buffer, 0, length, position));
  } catch (error) {
    throw unreadable(path, error);
  }
}
