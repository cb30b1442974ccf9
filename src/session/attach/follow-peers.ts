import { MESSAGE_TRACEPOINTS } from "../../event/message.ts";
import type { EventRequest } from "./delivery.ts";
import { matches } from "./selection.ts";

/** A block has up to 4 MB; this prefix is enough to identify it and to decode its beginning. */
const MAX_PAYLOAD = 16 << 10;

/**
 * The requests while some peers are followed. Each message is still one event; it has a payload if the peer is
 * followed.
 */
export function followPeers(events: EventRequest, peers: readonly number[]): EventRequest[] {
  const { patterns } = events;
  const isWanted = (name: string) =>
    patterns.length === 0 || patterns.some((pattern) => matches(pattern, name));
  const wanted = MESSAGE_TRACEPOINTS.filter(isWanted);
  if (peers.length === 0 || wanted.length === 0) return [events];
  const theirs = `peer_id in (${peers.join(", ")})`;
  const messages = { ...events, patterns: wanted, anyOf: true };
  return [
    { ...events, except: MESSAGE_TRACEPOINTS },
    { ...messages, where: both(events.where, `!(${theirs})`) },
    { ...messages, where: both(events.where, theirs), fields: ["*"], maxPayload: MAX_PAYLOAD },
  ];
}

function both(where: string | null, condition: string): string {
  return where === null ? condition : `(${where}) && ${condition}`;
}
