import type { EventRequest } from "./delivery.ts";
import { matches } from "./selection.ts";

/*
 * What whoever looks at a running trace may change of it, and nothing else: they may be a browser's reader, and their
 * wish came through the process that decodes what strangers sent.
 */

export interface Steering {
  /** Names of tracepoints that are not traced for now: passing them costs the node nothing then. */
  readonly off: readonly string[];
  /** Ids of peers whose messages are wanted whole, with their payloads. */
  readonly peers: readonly number[];
}

export const UNSTEERED: Steering = { off: [], peers: [] };

const MESSAGES = ["net:inbound_message", "net:outbound_message"] as const;
const MOST_OFF = 200;
const LONGEST_NAME = 200;
/** Programs compare with each, and a payload costs the node far more than the rest of a message. */
export const MOST_PEERS_FOLLOWED = 8;
/** A block has up to 4 MB; this much tells which it is and what it begins with. */
const MOST_PAYLOAD = 16 << 10;

/** The steering that a message holds; null for anything else. */
export function parseSteering(json: unknown): Steering | null {
  const { off, peers } = (json ?? {}) as Record<string, unknown>;
  const isName = (name: unknown): name is string =>
    typeof name === "string" && name.length <= LONGEST_NAME;
  const isPeer = (id: unknown): id is number => Number.isSafeInteger(id) && Number(id) >= 0;
  if (!Array.isArray(off) || off.length > MOST_OFF || !off.every(isName)) return null;
  if (!Array.isArray(peers) || peers.length > MOST_PEERS_FOLLOWED) return null;
  return peers.every(isPeer) ? { off: [...off], peers: [...peers] } : null;
}

/**
 * What is delivered while some peers are followed. Each message still is one event: of those peers it has a payload,
 * of all others none.
 */
export function followPeers(events: EventRequest, peers: readonly number[]): EventRequest[] {
  const { patterns } = events;
  const isWanted = (name: string) =>
    patterns.length === 0 || patterns.some((pattern) => matches(pattern, name));
  const wanted = MESSAGES.filter(isWanted);
  if (peers.length === 0 || wanted.length === 0) return [events];
  const theirs = `peer_id in (${peers.join(", ")})`;
  const messages = { ...events, patterns: wanted, anyOf: true };
  return [
    { ...events, except: MESSAGES },
    { ...messages, where: both(events.where, `!(${theirs})`) },
    { ...messages, where: both(events.where, theirs), fields: ["*"], mostPayload: MOST_PAYLOAD },
  ];
}

function both(where: string | null, condition: string): string {
  return where === null ? condition : `(${where}) && ${condition}`;
}
