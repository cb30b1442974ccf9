import type { RawEvent } from "../event/event.ts";
import { numberIn } from "../event/fields.ts";
import { isInbound, payloadOf } from "../event/message.ts";

/**
 * The files of Bitcoin Core's -capturemessages. Each peer has a directory with two files: msgs_recv.dat has the
 * messages received, msgs_sent.dat those sent. A file is a sequence of messages (integers are little-endian):
 *
 *     8 bytes  time of processing, us since the UNIX epoch
 *     12       message type, filled up with NUL
 *     4        length of the payload
 *     length   payload
 */
export function capturedMessage(event: RawEvent): Buffer {
  const payload = payloadOf(event);
  const message = Buffer.alloc(CAPTURE_HEAD_SIZE + payload.length);
  message.writeBigUInt64LE(BigInt(Math.floor(event.time * 1000)), 0);
  message.write(String(event.msg_type ?? ""), TYPE_OFFSET, TYPE_SIZE, "latin1");
  message.writeUInt32LE(payload.length, TYPE_OFFSET + TYPE_SIZE);
  message.set(payload, CAPTURE_HEAD_SIZE);
  return message;
}

const TYPE_OFFSET = 8;
const TYPE_SIZE = 12;
export const CAPTURE_HEAD_SIZE = 24;

/** The longest payload of a message that Bitcoin Core accepts: MAX_PROTOCOL_MESSAGE_LENGTH. */
export const MAX_PAYLOAD = 4_000_000;
/** The year 2100. Earlier times are all possible: those of regtest are often invented. */
const MAX_TIME_US = 4_102_444_800_000_000n;

/** The bytes before a payload. */
export interface CaptureHead {
  /** Milliseconds since the UNIX epoch. */
  readonly time: number;
  readonly type: string;
  /** Bytes of the payload. */
  readonly length: number;
}

/** Whether bytes can be the beginning of a file of captured messages. Such a file has no signature. */
export function canBeCapture(bytes: Buffer): boolean {
  return (
    bytes.length >= CAPTURE_HEAD_SIZE &&
    /^[\x21-\x7e]+\0*$/.test(typeField(bytes)) &&
    typeof readCaptureHead(bytes) === "object"
  );
}

/** Peers choose the type: it can be any bytes. */
function typeField(bytes: Buffer): string {
  return bytes.toString("latin1", TYPE_OFFSET, TYPE_OFFSET + TYPE_SIZE);
}

/** The head of a captured message; a sentence with the reason if the bytes are not one. */
export function readCaptureHead(bytes: Buffer): CaptureHead | string {
  const time = bytes.readBigUInt64LE(0);
  if (time > MAX_TIME_US) return "the time of a message is after the year 2100";
  const length = bytes.readUInt32LE(TYPE_OFFSET + TYPE_SIZE);
  if (length > MAX_PAYLOAD)
    return `a message of ${length} bytes is longer than the maximum, ${MAX_PAYLOAD}`;
  return { time: Number(time) / 1000, type: typeField(bytes).split("\0", 1)[0]!, length };
}

/** The file of a message, relative to the directory of all peers: `203.0.113.9_8333/msgs_recv.dat`. */
export function capturePath(event: RawEvent): string {
  return `${directoryName(event)}/${isInbound(event) ? "msgs_recv.dat" : "msgs_sent.dat"}`;
}

/** The peer's address in the name of its directory, such as `[2001_db8__1]_8333`; null if the name has none. */
export function captureAddress(directory: string): string | null {
  const [, host, port] = /^(.+)_(\d{1,5})$/.exec(directory) ?? [];
  if (host === undefined) return null;
  return `${host.startsWith("[") ? host.replaceAll("_", ":") : host}:${port}`;
}

/** Whether a file of this name contains received messages; null if the name contains neither recv nor sent. */
export function isCaptureInbound(fileName: string): boolean | null {
  if (/recv/i.test(fileName)) return true;
  return /sent/i.test(fileName) ? false : null;
}

/** Whether `capturePath` can return this path. Such a path does not leave the directory. */
export function isCapturePath(path: string): boolean {
  return /^[A-Za-z0-9_[\]-][A-Za-z0-9_.[\]-]{0,254}\/msgs_(recv|sent)\.dat$/.test(path);
}

/** Characters of a file name on Linux. */
const MAX_NAME = 255;

/** The peer's address with `_` for colons, as Core writes it, and for all characters that a file name cannot have. */
function directoryName(event: RawEvent): string {
  const address = String(event.address ?? `peer ${numberIn(event, "peer_id")}`);
  const name = address.replace(/[^A-Za-z0-9.[\]-]/g, "_").replace(/^\./, "_");
  return name.slice(0, MAX_NAME) || "_";
}
