import { type DecodedMessage, decodeMessage } from "../bitcoin/decode/message.ts";
import type { RawEvent } from "./event.ts";
import { numberIn } from "./fields.ts";

/** The tracepoints of messages, and the fields that most consumers need: all except the payload. */
export const MESSAGE_TRACEPOINTS = ["net:inbound_message", "net:outbound_message"] as const;
export const MESSAGE_FIELDS = [
  "peer_id",
  "address",
  "connection_type",
  "msg_type",
  "size",
] as const;

/** From the node's point of view: `in` comes from the peer, `out` goes to the peer. */
export type Direction = "in" | "out";

export function isInbound({ tracepoint }: RawEvent): boolean {
  return tracepoint === "net:inbound_message";
}

/** A message without its payload. */
export interface MessageHeader {
  readonly direction: Direction;
  /** `?` when it could not be read. */
  readonly type: string;
  /** Of the payload, in bytes; 0 when it could not be read. */
  readonly size: number;
}

/** Null for an event that is not a message. */
export function messageOf(event: RawEvent): MessageHeader | null {
  const { tracepoint, msg_type } = event;
  const isIn = tracepoint === "net:inbound_message";
  if (!isIn && tracepoint !== "net:outbound_message") return null;
  return {
    direction: isIn ? "in" : "out",
    type: typeof msg_type === "string" ? msg_type : "?",
    size: numberIn(event, "size") ?? 0,
  };
}

/** The payload as far as it was captured; empty when it was not read or not recorded. */
export function payloadOf({ payload }: RawEvent): Uint8Array {
  return payload instanceof Uint8Array ? payload : EMPTY;
}

const EMPTY = new Uint8Array(0);

/** The event's payload, decoded as far as it was captured. */
export function decoded(event: RawEvent): DecodedMessage {
  const payload = payloadOf(event);
  const size = numberIn(event, "size") ?? payload.length;
  return decodeMessage(String(event.msg_type ?? ""), payload, size);
}
