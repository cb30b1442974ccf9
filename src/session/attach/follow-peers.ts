import { MESSAGE_TRACEPOINTS } from "../../event/message.ts";
import type { EventRequest } from "./delivery.ts";
import { matches } from "./selection.ts";

/** A block has up to 4 MB; this much tells which it is and what it begins with. */
const MAX_PAYLOAD = 16 << 10;

/**
 * What is delivered while some peers are followed. Each message still is one event: of those peers it has a payload,
 * of all others none.
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
