import type { NodeModel } from "../model/node-model.ts";
import type { PastPart } from "./look-back.ts";

/** The last messages of a peer before its conversation was opened, without what they say. */
export function pastMessages(picture: NodeModel, peer: number): PastPart {
  const messages = picture.messagesOf(peer);
  const events = messages.map(({ time, direction, type, size }) => {
    const tracepoint = `net:${direction}bound_message`;
    return JSON.stringify({ tracepoint, time, peer_id: peer, msg_type: type, size });
  });
  const from = messages.at(-1)?.time ?? null;
  return { events, matched: events.length, from, to: picture.now, isWhole: true };
}
