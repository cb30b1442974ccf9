import type { NodeModel } from "../model/node-model.ts";
import type { PastText } from "./look-back.ts";

/** The last messages of a peer before its conversation was opened, without their content. */
export function pastMessages(model: NodeModel, peer: number): PastText {
  const messages = model
    .historyOf(peer)
    .filter(({ direction }) => direction !== null)
    .toReversed();
  const events = messages.map(({ time, direction, text, size }) => {
    const tracepoint = `net:${direction}bound_message`;
    return JSON.stringify({ tracepoint, time, peer_id: peer, msg_type: text, size });
  });
  const from = messages.at(-1)?.time ?? null;
  return { events, matched: events.length, from, to: model.now, isWhole: true };
}
