import { type Properties, propertyQuery } from "../../query/property.ts";
import type { PeerRow } from "./peer-row.ts";

/** What a wrong filter is refused with. */
export { QueryError } from "../../query/query-error.ts";

interface Moment {
  readonly row: PeerRow;
  readonly now: number;
}

/** What a query can ask of a peer. Names are those of events and of `corelens p2p-monitor`. */
const PROPERTIES = {
  peer_id: { type: "int64", value: ({ row }) => row.id },
  address: { type: "string", value: ({ row }) => row.address },
  connection_type: { type: "string", value: ({ row }) => row.connectionType },
  network: { type: "string", value: ({ row }) => row.network },
  age: {
    type: "uint64",
    unit: "us",
    value: ({ row, now }) => micros(row.since && now - row.since),
  },
  idle: { type: "uint64", unit: "us", value: ({ row, now }) => micros(now - row.lastSeen) },
  last_type: { type: "string", value: ({ row }) => row.lastType },
  ping: { type: "uint64", unit: "us", value: ({ row }) => micros(row.ping) },
  min_ping: {
    type: "uint64",
    unit: "us",
    value: ({ row }) => micros(row.says?.min_ping_seconds && row.says.min_ping_seconds * 1000),
  },
  in_messages: { type: "uint64", value: ({ row }) => row.messagesIn },
  out_messages: { type: "uint64", value: ({ row }) => row.messagesOut },
  in_bytes: { type: "uint64", unit: "B", value: ({ row }) => row.bytesIn },
  out_bytes: { type: "uint64", unit: "B", value: ({ row }) => row.bytesOut },
  misbehaved: { type: "uint64", value: ({ row }) => row.misbehaviour.length },
  closed: { type: "bool", value: ({ row }) => row.closed !== null },
  evicted: { type: "bool", value: ({ row }) => row.evicted },
  user_agent: { type: "string", value: ({ row }) => row.says?.user_agent ?? null },
  transport: { type: "string", value: ({ row }) => row.says?.transport ?? null },
  synced_blocks: { type: "int64", value: ({ row }) => row.says?.synced_blocks ?? null },
  fee_filter: { type: "uint64", value: ({ row }) => row.says?.fee_filter ?? null },
  rate_limited: { type: "uint64", value: ({ row }) => row.says?.addresses_rate_limited ?? null },
} as const satisfies Properties<Moment>;

/** Every name with its unit or type, for who writes a query. */
export const PEER_PROPERTIES: readonly (readonly [name: string, kind: string])[] = Object.entries(
  PROPERTIES as Properties<Moment>,
).map(([name, { type, unit }]) => [name, unit === "us" ? "time" : (unit ?? kindOf(type))]);

/** Without any of these a filter is no query but a text to be found. User agents have parentheses. */
const QUERY = /[=<>]|&&|\|\||\bin\s*\(|^\s*!|\b(?:starts_with|ends_with|contains)\s*\(/;
const FLAGS: readonly string[] = ["closed", "evicted"];

export type PeerTest = (row: PeerRow, now: number) => boolean;

/**
 * `network == "onion" && in_bytes > 1MB`, or a text that one of the columns contains. What is not known of a peer
 * passes no test.
 * @throws QueryError QUERY_SYNTAX, QUERY_TYPE
 */
export function parsePeerFilter(text: string): PeerTest {
  if (!QUERY.test(text) && !FLAGS.includes(text.trim())) return textTest(text.trim());
  const test = propertyQuery(text, "a peer", PROPERTIES as Properties<Moment>);
  return (row, now) => test({ row, now }) === true;
}

function textTest(text: string): PeerTest {
  const wanted = text.toLowerCase();
  return ({ id, address, connectionType, network, lastType, says }) =>
    [String(id), address, connectionType, network, lastType, says?.user_agent].some((each) =>
      each?.toLowerCase().includes(wanted),
    );
}

function micros(ms: number | null | undefined): number | null {
  return ms == null ? null : ms * 1000;
}

function kindOf(type: string): string {
  if (type === "string") return "text";
  return type === "bool" ? "yes or no" : "number";
}
