import type { RawEvent } from "../tracer/decoder.ts";
import { fieldNumber } from "./event-fields.ts";
import { payloadOf } from "./p2p-messages.ts";
import { isInbound } from "./p2p-traffic.ts";

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
  const message = Buffer.alloc(HEADER_SIZE + payload.length);
  message.writeBigUInt64LE(BigInt(Math.floor(event.time * 1000)), 0);
  message.write(String(event.msg_type ?? ""), TYPE_OFFSET, TYPE_SIZE, "latin1");
  message.writeUInt32LE(payload.length, TYPE_OFFSET + TYPE_SIZE);
  message.set(payload, HEADER_SIZE);
  return message;
}

const TYPE_OFFSET = 8;
const TYPE_SIZE = 12;
const HEADER_SIZE = 24;

/** Where the message belongs, below the directory of all: `203.0.113.9_8333/msgs_recv.dat`. */
export function capturePath(event: RawEvent): string {
  return `${directoryName(event)}/${isInbound(event) ? "msgs_recv.dat" : "msgs_sent.dat"}`;
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
