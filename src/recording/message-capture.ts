import type { RawEvent } from "../event/event.ts";
import { isInbound, payloadOf } from "../event/message.ts";
import { fieldNumber } from "../text/event-fields.ts";

/**
 * The files that Bitcoin Core's -capturemessages writes: of each peer a directory, in it the messages received and
 * those sent, one after the other:
 *
 *     8 bytes  time of processing, us since the UNIX epoch       all integers
 *     12       message type, filled up with NUL                  little-endian
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
export const LONGEST_PAYLOAD = 4_000_000;
/** The year 2100. Times can be any before: those of regtest are often made up. */
const LATEST_TIME_US = 4_102_444_800_000_000n;

/** What stands before a payload. */
export interface CaptureHead {
  /** Milliseconds since the UNIX epoch. */
  readonly time: number;
  readonly type: string;
  /** Bytes of the payload. */
  readonly length: number;
}

/** Whether bytes look like the beginning of a file of captured messages, which has no mark of its own. */
export function looksCaptured(bytes: Buffer): boolean {
  return (
    bytes.length >= CAPTURE_HEAD_SIZE &&
    /^[\x21-\x7e]+\0*$/.test(typeField(bytes)) &&
    typeof readCaptureHead(bytes) === "object"
  );
}

/** Peers choose it: it can be any bytes. */
function typeField(bytes: Buffer): string {
  return bytes.toString("latin1", TYPE_OFFSET, TYPE_OFFSET + TYPE_SIZE);
}

/** The first bytes of a captured message; a sentence that says why they cannot be. */
export function readCaptureHead(bytes: Buffer): CaptureHead | string {
  const time = bytes.readBigUInt64LE(0);
  if (time > LATEST_TIME_US) return "the time of a message lies beyond the year 2100";
  const length = bytes.readUInt32LE(TYPE_OFFSET + TYPE_SIZE);
  if (length > LONGEST_PAYLOAD) return `a message of ${length} bytes is longer than any can be`;
  return { time: Number(time) / 1000, type: typeField(bytes).split("\0", 1)[0]!, length };
}

/** Where the message belongs, below the directory of all: `203.0.113.9_8333/msgs_recv.dat`. */
export function capturePath(event: RawEvent): string {
  return `${directoryName(event)}/${isInbound(event) ? "msgs_recv.dat" : "msgs_sent.dat"}`;
}

/** The peer's address, as the name of its directory has it: `[2001_db8__1]_8333`; null where it has none. */
export function captureAddress(directory: string): string | null {
  const [, host, port] = /^(.+)_(\d{1,5})$/.exec(directory) ?? [];
  if (host === undefined) return null;
  return `${host.startsWith("[") ? host.replaceAll("_", ":") : host}:${port}`;
}

/** Whether a file of this name holds messages that were received; null where the name does not say. */
export function isCaptureInbound(fileName: string): boolean | null {
  if (/recv/i.test(fileName)) return true;
  return /sent/i.test(fileName) ? false : null;
}

/** Whether it can be such a path: one that leads to no other place. */
export function isCapturePath(path: string): boolean {
  return /^[A-Za-z0-9_[\]-][A-Za-z0-9_.[\]-]{0,254}\/msgs_(recv|sent)\.dat$/.test(path);
}

/** The longest name that Linux file systems take. */
const LONGEST_NAME = 255;

/** The peer's address with `_` for the colons, as Core does it, and for everything else that has no place in a name. */
function directoryName(event: RawEvent): string {
  const address = String(event.address ?? `peer ${fieldNumber(event, "peer_id")}`);
  const name = address.replace(/[^A-Za-z0-9.[\]-]/g, "_").replace(/^\./, "_");
  return name.slice(0, LONGEST_NAME) || "_";
}
