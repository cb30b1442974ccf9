import type { FileHandle } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { CorelensError } from "../errors.ts";
import { type FileForm, FORM_SIZE, formOf } from "./file-form.ts";
import type { IncompleteUnit } from "./file-summary.ts";
import {
  CODECS,
  checksum,
  FRAME,
  FRAME_HEAD_SIZE,
  type FrameHead,
  type FrameType,
  isReadable,
  MAX_BODY,
  readFrameHead,
  SIGNATURE_SIZE,
  VERSION,
} from "./format.ts";
import { openForReading } from "./location.ts";

/** A frame with a correct checksum. */
export interface Frame {
  readonly type: FrameType;
  /** Position of its head in the file. */
  readonly at: number;
  /** Bytes of head and body in the file. */
  readonly size: number;
  /** Decompressed. */
  readonly body: Buffer;
}

/** The last frame of a file that ends within it. */
interface IncompleteFrame extends IncompleteUnit {
  readonly body: null;
}

const ALL_TYPES: ReadonlySet<FrameType> = new Set(Object.values(FRAME));

/** Whether a frame is wanted; the others are skipped unread. */
export type FrameChoice = (type: FrameType, at: number) => boolean;

/** Frames to read, by their positions in the file. */
export interface FramePlan {
  /** These first. */
  readonly single: readonly number[];
  /** Then all from here on; null for none. */
  readonly from: number | null;
}

const WHOLE_FILE: FramePlan = { single: [], from: SIGNATURE_SIZE };

const unpackGzip = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(gunzip);

/**
 * The frames of a file in order; the last can be incomplete.
 * @param plan where to read; by default the whole file
 * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION; RECORDING_CORRUPT after the frames before the damage
 */
export async function* readFrames(
  path: string,
  isWanted: FrameChoice = () => true,
  { single, from }: FramePlan = WHOLE_FILE,
): AsyncGenerator<Frame | IncompleteFrame> {
  const handle = await openForReading(path);
  try {
    checkSignature(path, await readAt(handle, path, 0, FORM_SIZE));
    for (const at of single) {
      const frame = await readFrame(handle, path, at);
      if (frame === null) return;
      yield frame;
      if (frame.body === null) return;
    }
    for (let at = from; at !== null; ) {
      const head = await readHead(handle, path, at);
      if (head === null) return;
      if ("body" in head) return yield head;
      if (isWanted(head.type, at)) {
        const frame = await readBody(handle, path, at, head);
        yield frame;
        if (frame.body === null) return;
      }
      at += FRAME_HEAD_SIZE + head.stored;
    }
  } finally {
    await handle.close();
  }
}

/** Null at the end of the file. */
async function readFrame(
  handle: FileHandle,
  path: string,
  at: number,
): Promise<Frame | IncompleteFrame | null> {
  const head = await readHead(handle, path, at);
  return head === null || "body" in head ? head : readBody(handle, path, at, head);
}

/** Null at the end of the file. */
async function readHead(
  handle: FileHandle,
  path: string,
  at: number,
): Promise<(FrameHead & { readonly bytes: Buffer }) | IncompleteFrame | null> {
  const bytes = await readAt(handle, path, at, FRAME_HEAD_SIZE);
  if (bytes.length === 0) return null;
  if (bytes.length < FRAME_HEAD_SIZE) {
    return { path, unit: "frame", at, size: bytes.length, body: null };
  }
  const head = readFrameHead(bytes);
  checkHead(path, at, head);
  return { ...head, bytes };
}

async function readBody(
  handle: FileHandle,
  path: string,
  at: number,
  head: FrameHead & { readonly bytes: Buffer },
): Promise<Frame | IncompleteFrame> {
  const stored = await readAt(handle, path, at + FRAME_HEAD_SIZE, head.stored);
  const size = FRAME_HEAD_SIZE + stored.length;
  if (stored.length < head.stored) return { path, unit: "frame", at, size, body: null };
  if (checksum(head.bytes, stored) !== head.checksum) {
    throw corrupt(path, at, "the checksum of a frame is wrong");
  }
  return { type: head.type, at, size, body: await unpack(path, at, head, stored) };
}

export function corrupt(path: string, at: number, why: string): CorelensError {
  return new CorelensError("RECORDING_CORRUPT", `${path}: ${why}, at byte ${at}`);
}

/**
 * Recognises a file by its first bytes.
 * @throws CorelensError FILE_UNREADABLE
 */
export async function readForm(path: string): Promise<FileForm> {
  const handle = await openForReading(path);
  try {
    return formOf(await readAt(handle, path, 0, FORM_SIZE));
  } finally {
    await handle.close();
  }
}

/**
 * @param bytes the first FORM_SIZE bytes of the file, or the whole file
 * @throws CorelensError RECORDING_VERSION, RECORDING_CORRUPT
 */
export function checkSignature(path: string, bytes: Buffer): void {
  const form = formOf(bytes);
  if (form.kind !== "recording") throw notARecording(path, form);
  if (bytes.length < SIGNATURE_SIZE) throw corrupt(path, bytes.length, "it is cut off");
  const version = bytes.readUInt32LE(SIGNATURE_SIZE - 4);
  if (isReadable(version)) return;
  throw new CorelensError(
    "RECORDING_VERSION",
    `${path} has format version ${version}; this corelens reads versions up to ${VERSION}`,
  );
}

function notARecording(path: string, form: FileForm): CorelensError {
  const { name, cure } =
    form.kind === "other"
      ? form
      : {
          name: "a file of bitcoind's -capturemessages",
          cure: "use p2p-messages, p2p-traffic, trace, count, replay, info or export",
        };
  return new CorelensError("RECORDING_CORRUPT", `${path} is not a recording: it is ${name}`, cure);
}

const CODEC_NUMBERS: ReadonlySet<number> = new Set(Object.values(CODECS));

/** @throws CorelensError RECORDING_CORRUPT */
export function checkHead(path: string, at: number, head: FrameHead): void {
  if (
    !ALL_TYPES.has(head.type) ||
    !CODEC_NUMBERS.has(head.codec) ||
    head.reserved !== 0 ||
    head.stored > MAX_BODY ||
    head.unpacked > MAX_BODY ||
    (head.codec === CODECS.none && head.stored !== head.unpacked)
  ) {
    throw corrupt(path, at, "the head of a frame is damaged");
  }
}

async function unpack(path: string, at: number, head: FrameHead, stored: Buffer): Promise<Buffer> {
  if (head.codec === CODECS.none) return stored;
  try {
    // To zlib, 0 means no limit.
    const body = await unpackGzip(stored, { maxOutputLength: Math.max(1, head.unpacked) });
    if (body.length === head.unpacked) return body;
  } catch {
    // Not gzip, or longer than `unpacked`: damaged, as is any other length.
  }
  throw corrupt(path, at, "a frame cannot be decompressed");
}

/** `length` bytes; fewer at the end of the file. */
export async function readAt(
  handle: FileHandle,
  path: string,
  position: number,
  length: number,
): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let read = 0;
  try {
    while (read < length) {
      const { bytesRead } = await handle.read(buffer, read, length - read, position + read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
  } catch (cause) {
    const message = `${path} cannot be read: ${(cause as Error).message}`;
    throw new CorelensError("FILE_UNREADABLE", message, undefined, { cause });
  }
  return buffer.subarray(0, read);
}
