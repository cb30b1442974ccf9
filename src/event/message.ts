import { type DecodedMessage, decodeMessage } from "../bitcoin/decode/message.ts";
import type { RawEvent } from "./event.ts";

/** The events of messages, and what the tools on them read: all but the payload. */
export const MESSAGE_TRACEPOINTS = ["net:inbound_message", "net:outbound_message"] as const;
export const MESSAGE_FIELDS = [
  "peer_id",
  "address",
  "connection_type",
  "msg_type",
  "size",
] as const;

export function isInbound({ tracepoint }: RawEvent): boolean {
  return tracepoint === "net:inbound_message";
}

/** What was read of the message; none when it could not be read, or was not recorded. */
export function payloadOf({ payload }: RawEvent): Uint8Array {
  return payload instanceof Uint8Array ? payload : NOTHING;
}

const NOTHING = new Uint8Array(0);

/** What the event's payload says, as far as it was read. */
export function decoded(event: RawEvent): DecodedMessage {
  const payload = payloadOf(event);
  const size = numberOf(event.size) ?? payload.length;
  return decodeMessage(String(event.msg_type ?? ""), payload, size);
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" || typeof value === "bigint" ? Number(value) : null;
}
