import { crc32 } from "node:zlib";

/**
 * The file format of recordings. A recording contains the stream that a session delivered; docs/recording.md is the
 * specification.
 *
 *     file   0          8         12
 *            ┌──────────┬─────────┬────────┬──────┬──────┬────────┬────────┬───┬─────┐
 *            │ CORELENS │ version │ header │ kind │ kind │ events │ events │ … │ end │
 *            └──────────┴─────────┴────────┴──────┴──────┴────────┴────────┴───┴─────┘
 *     frame  0      1       2          4        8          12       16
 *            ┌──────┬───────┬──────────┬────────┬──────────┬────────┬────────┐
 *            │ type │ codec │ 0 (zero) │ stored │ unpacked │ crc-32 │ body … │
 *            └──────┴───────┴──────────┴────────┴──────────┴────────┴────────┘
 *               u8     u8       u16       u32       u32        u32    stored bytes
 *
 * Two properties keep a file readable after a crash: the writer appends only whole frames, and a frame of events needs
 * no other frame except those of its kinds. The checksum covers the frame's first 12 bytes and its stored body.
 */
export const SIGNATURE = "CORELENS";
/**
 * Version 1 (before corelens 0.2) has other names in JSON. In notices: `node` for `pid`, `corelens:steered` for
 * `corelens:settings`, `corelens:trouble` for `corelens:error`. In the end frame: `nanosecondsPerHit` in `cost`.
 */
export const VERSION = 2;
const OLDEST_VERSION = 1;

export function isReadable(version: number): boolean {
  return version >= OLDEST_VERSION && version <= VERSION;
}
export const SIGNATURE_SIZE = 12;

export const FRAME = { header: 1, kind: 2, events: 3, end: 4 } as const;
export type FrameType = (typeof FRAME)[keyof typeof FRAME];

export const CODECS = { none: 0, gzip: 1 } as const;
export type Codec = keyof typeof CODECS;

export const FRAME_HEAD_SIZE = 16;
/** Bytes of a body, compressed or not. A block ends with the event that reaches BLOCK_SIZE; a payload has up to 4 MiB. */
export const MAX_BODY = 16 << 20;
export const BLOCK_SIZE = 256 << 10;

/** An event's flags: the lowest bits of its tag. The other bits are the number of its kind, 0 for a notice. */
export const FLAG = { time: 1, flawed: 2 } as const;
export const TAG_SHIFT = 2;

/** Kinds have numbers from 1 to MAX_KINDS - 1. */
export const MAX_KINDS = 4096;
/** A flawed event marks its truncated and unreadable fields in masks of 32 bits. */
export const MAX_FIELDS = 32;
/** The latest time of a Date, in milliseconds since the UNIX epoch. */
export const MAX_TIME = 8.64e15;

/** The head of a frame, unchecked. */
export interface FrameHead {
  readonly type: FrameType;
  readonly codec: number;
  readonly reserved: number;
  /** Bytes of the body in the file. */
  readonly stored: number;
  /** Bytes of the body after decompression. */
  readonly unpacked: number;
  readonly checksum: number;
}

export function signature(): Buffer {
  const bytes = Buffer.alloc(SIGNATURE_SIZE);
  bytes.write(SIGNATURE, "latin1");
  bytes.writeUInt32LE(VERSION, SIGNATURE.length);
  return bytes;
}

/** @param stored the body, compressed if the codec says so */
export function frameHead(
  type: FrameType,
  codec: Codec,
  stored: Uint8Array,
  unpacked: number,
): Buffer {
  const head = Buffer.alloc(FRAME_HEAD_SIZE);
  head.writeUInt8(type, 0);
  head.writeUInt8(CODECS[codec], 1);
  head.writeUInt32LE(stored.length, 4);
  head.writeUInt32LE(unpacked, 8);
  head.writeUInt32LE(checksum(head, stored), 12);
  return head;
}

export function readFrameHead(head: Buffer): FrameHead {
  return {
    type: head.readUInt8(0) as FrameType,
    codec: head.readUInt8(1),
    reserved: head.readUInt16LE(2),
    stored: head.readUInt32LE(4),
    unpacked: head.readUInt32LE(8),
    checksum: head.readUInt32LE(12),
  };
}

export function checksum(head: Uint8Array, stored: Uint8Array): number {
  return crc32(stored, crc32(head.subarray(0, 12)));
}
