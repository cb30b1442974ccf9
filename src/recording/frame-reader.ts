import type { FileHandle } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { CorelensError } from "../errors.ts";
import {
  CODECS,
  checksum,
  FRAME,
  FRAME_HEAD_SIZE,
  type FrameHead,
  type FrameType,
  MOST_BODY,
  readFrameHead,
  SIGNATURE,
  SIGNATURE_SIZE,
  VERSION,
} from "./format.ts";
import { openForReading } from "./location.ts";

/** A frame whose checksum is right. */
export interface Frame {
  readonly type: FrameType;
  /** Where its head begins in the file. */
  readonly at: number;
  /** Bytes of head and body in the file. */
  readonly size: number;
  /** Unpacked. */
  readonly body: Buffer;
}

/** Where a file ends in the midst of a frame, as one does whose writer was killed. */
export interface IncompleteFrame {
  readonly path: string;
  readonly at: number;
  /** Bytes of it that are there. */
  readonly size: number;
  readonly body: null;
}

const ALL_TYPES: ReadonlySet<FrameType> = new Set(Object.values(FRAME));

/** Whether a frame is wanted; others are passed over unread. */
export type FrameChoice = (type: FrameType, at: number) => boolean;

const unpackGzip = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(gunzip);

/**
 * The frames of a file in order; an incomplete one can be the last.
 * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION, RECORDING_CORRUPT after the frames before the damage
 */
export async function* readFrames(
  path: string,
  isWanted: FrameChoice = () => true,
): AsyncGenerator<Frame | IncompleteFrame> {
  const handle = await openForReading(path);
  try {
    checkSignature(path, await readAt(handle, path, 0, SIGNATURE_SIZE));
    for (let at = SIGNATURE_SIZE; ; ) {
      const headBytes = await readAt(handle, path, at, FRAME_HEAD_SIZE);
      if (headBytes.length === 0) return;
      if (headBytes.length < FRAME_HEAD_SIZE) {
        return yield { path, at, size: headBytes.length, body: null };
      }
      const head = readFrameHead(headBytes);
      checkHead(path, at, head);
      if (!isWanted(head.type, at)) {
        at += FRAME_HEAD_SIZE + head.stored;
        continue;
      }
      const stored = await readAt(handle, path, at + FRAME_HEAD_SIZE, head.stored);
      const size = FRAME_HEAD_SIZE + stored.length;
      if (stored.length < head.stored) return yield { path, at, size, body: null };
      if (checksum(headBytes, stored) !== head.checksum) {
        throw corrupt(path, at, "the checksum of a frame is wrong");
      }
      yield { type: head.type, at, size, body: await unpack(path, at, head, stored) };
      at += size;
    }
  } finally {
    await handle.close();
  }
}

export function corrupt(path: string, at: number, why: string): CorelensError {
  return new CorelensError("RECORDING_CORRUPT", `${path}: ${why}, at byte ${at}`);
}

/** @throws CorelensError RECORDING_VERSION, RECORDING_CORRUPT */
export function checkSignature(path: string, bytes: Buffer): void {
  if (bytes.length < SIGNATURE_SIZE || bytes.toString("latin1", 0, 8) !== SIGNATURE) {
    throw corrupt(path, 0, "it is no recording");
  }
  const version = bytes.readUInt32LE(SIGNATURE.length);
  if (version === VERSION) return;
  throw new CorelensError(
    "RECORDING_VERSION",
    `${path} has version ${version} of the format, and this corelens reads version ${VERSION}`,
  );
}

const CODEC_NUMBERS: ReadonlySet<number> = new Set(Object.values(CODECS));

function checkHead(path: string, at: number, head: FrameHead): void {
  if (
    !ALL_TYPES.has(head.type) ||
    !CODEC_NUMBERS.has(head.codec) ||
    head.reserved !== 0 ||
    head.stored > MOST_BODY ||
    head.unpacked > MOST_BODY ||
    (head.codec === CODECS.none && head.stored !== head.unpacked)
  ) {
    throw corrupt(path, at, "the head of a frame is damaged");
  }
}

async function unpack(path: string, at: number, head: FrameHead, stored: Buffer): Promise<Buffer> {
  if (head.codec === CODECS.none) return stored;
  try {
    // A limit of 0 is none to zlib.
    const body = await unpackGzip(stored, { maxOutputLength: Math.max(1, head.unpacked) });
    if (body.length === head.unpacked) return body;
  } catch {
    // The same as another length: not what was packed.
  }
  throw corrupt(path, at, "a frame cannot be unpacked");
}

/** As many bytes as there are, up to `length`. */
async function readAt(
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
