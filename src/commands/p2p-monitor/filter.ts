import { CorelensError } from "../../errors.ts";
import { type Properties, propertyQuery } from "../../query/property.ts";
import type { Peer } from "./peer.ts";

/** Which peers are asked for. */
export interface PeerFilter {
  readonly text: string;
  readonly passes: (peer: Peer, now: number) => boolean;
}

interface Moment {
  readonly peer: Peer;
  readonly now: number;
}

/** What a query can ask of a peer. */
const PROPERTIES: Properties<Moment> = {
  peer_id: { type: "int64", value: ({ peer }) => peer.id },
  address: { type: "string", value: ({ peer }) => peer.address },
  connection_type: { type: "string", value: ({ peer }) => peer.connectionType },
  network: { type: "string", value: ({ peer }) => peer.network },
  age: { type: "uint64", unit: "us", value: ({ peer, now }) => (now - peer.since) * 1000 },
  last_type: { type: "string", value: ({ peer }) => peer.lastType },
  misbehaved: { type: "uint64", value: ({ peer }) => peer.misbehaved },
  in_messages: { type: "uint64", value: ({ peer }) => peer.inbound.messages },
  in_bytes: { type: "uint64", unit: "B", value: ({ peer }) => peer.inbound.bytes },
  in_rate: {
    type: "uint64",
    value: ({ peer, now }) => peer.inbound.messageRate(now, peer.since),
  },
  out_messages: { type: "uint64", value: ({ peer }) => peer.outbound.messages },
  out_bytes: { type: "uint64", unit: "B", value: ({ peer }) => peer.outbound.bytes },
  out_rate: {
    type: "uint64",
    value: ({ peer, now }) => peer.outbound.messageRate(now, peer.since),
  },
  pid: { type: "uint64", value: ({ peer }) => peer.pid },
};

export const PROPERTY_NAMES = Object.keys(PROPERTIES);

/** Without any of these a filter is no query but a text to be found. */
const QUERY_CHARACTERS = /[=<>!&|()]/;

/**
 * `network == "onion" && in_bytes > 1MB`, or a text that one of the columns contains.
 * @throws CorelensError QUERY_SYNTAX, QUERY_TYPE
 */
export function parseFilter(text: string): PeerFilter {
  return { text, passes: QUERY_CHARACTERS.test(text) ? queryTest(text) : textTest(text) };
}

function textTest(text: string): PeerFilter["passes"] {
  const wanted = text.toLowerCase();
  return (peer) =>
    [String(peer.id), peer.address, peer.connectionType, peer.network, peer.lastType].some((each) =>
      each.toLowerCase().includes(wanted),
    );
}

function queryTest(text: string): PeerFilter["passes"] {
  const test = propertyQuery(text, "a peer", PROPERTIES);
  return (peer, now) => test({ peer, now }) !== false;
}

/** What is wrong with a filter, in one line; null when it can be used. */
export function filterProblem(text: string): string | null {
  try {
    parseFilter(text);
    return null;
  } catch (error) {
    if (error instanceof CorelensError) return `${error.message}: ${error.cure}`;
    throw error;
  }
}
