import { type Properties, type Property, propertyQuery } from "../../query/property.ts";
import type { PeerRow } from "./peer-row.ts";

/** What a wrong filter is refused with. */
export { QueryError } from "../../query/query-error.ts";

interface Moment {
  readonly row: PeerRow;
  readonly now: number;
}

interface PeerProperty extends Property<Moment> {
  readonly meaning: string;
}

/** What a filter can test, for `p2p-monitor` and the page Peers. Names are those of events where an event has it. */
const PROPERTIES: Readonly<Record<string, PeerProperty>> = {
  peer_id: number("The node's number for the peer.", ({ id }) => id),
  pid: number("The node's process; unknown of a peer that no event showed.", (row) =>
    row.isSilent ? null : row.pid,
  ),
  address: text("Address and port.", ({ address }) => address),
  connection_type: text("inbound, outbound-full-relay, …", (row) => row.connectionType),
  network: text("ipv4, ipv6, onion, i2p, cjdns, unroutable, …", ({ network }) => network),
  age: time("Since the connection opened.", (row, now) =>
    row.since === null ? null : (row.closed ?? now) - row.since,
  ),
  idle: time("Since the last event.", (row, now) => (row.isSilent ? null : now - row.lastSeen)),
  last_type: text("Type of the last message.", ({ lastType }) => lastType),
  handshake: time("From the opening until both sides sent verack.", (row) => row.handshake),
  ping: time("Last ping.", ({ ping }) => ping),
  min_ping: time("Shortest ping.", ({ minPing }) => minPing),
  in_messages: number("Messages from the peer.", (row) => row.in.messages),
  out_messages: number("Messages to the peer.", (row) => row.out.messages),
  in_bytes: bytes("Payloads from the peer.", (row) => row.in.bytes),
  out_bytes: bytes("Payloads to the peer.", (row) => row.out.bytes),
  in_rate: number(
    "Messages a second from the peer, over ten seconds.",
    (row) => row.in.messageRate,
  ),
  out_rate: number(
    "Messages a second to the peer, over ten seconds.",
    (row) => row.out.messageRate,
  ),
  in_byte_rate: bytes(
    "Payload a second from the peer, over ten seconds.",
    (row) => row.in.byteRate,
  ),
  out_byte_rate: bytes(
    "Payload a second to the peer, over ten seconds.",
    (row) => row.out.byteRate,
  ),
  announced: number(
    "Transactions and blocks that the peer announced.",
    (r) => r.relay.in.announced,
  ),
  requested: number("Those that the node requested from it.", (row) => row.relay.in.requested),
  useful: number("Requested in percent of announced.", usefulPercent),
  misbehaved: number("How often it broke the protocol.", (row) => row.misbehaved),
  closed: flag("Whether the connection closed.", (row) => row.closed !== null),
  evicted: flag("Whether the node chose it for eviction.", (row) => row.evicted),
  user_agent: text("From the node's RPC or IPC.", (row) => row.report?.user_agent),
  transport: text("v1 or v2; from the node's RPC or IPC.", (row) => row.report?.transport),
  synced_blocks: number("Last common block; from RPC or IPC.", (row) => row.report?.synced_blocks),
  fee_filter: number("In sat/vB; from the node's RPC or IPC.", (row) => row.report?.fee_filter),
  rate_limited: number(
    "Addresses not processed, being too many; from RPC or IPC.",
    (row) => row.report?.addresses_rate_limited,
  ),
};

/** A name that a filter can use, for help, suggestions and documents. */
export interface PeerName {
  readonly name: string;
  readonly kind: "text" | "number" | "time" | "bytes" | "yes or no";
  readonly meaning: string;
}

export const PEER_NAMES: readonly PeerName[] = Object.entries(PROPERTIES).map(
  ([name, { type, unit, meaning }]) => ({
    name,
    kind: unit === "us" ? "time" : unit === "B" ? "bytes" : kindOf(type),
    meaning,
  }),
);

/** How much of what a peer announced the node did not have yet, in percent; null before it announced anything. */
export function usefulPercent({ relay }: Pick<PeerRow, "relay">): number | null {
  const { announced, requested } = relay.in;
  return announced === 0 ? null : Math.min(100, (100 * requested) / announced);
}

/** A text without any of these is searched for. User agents have parentheses. */
const QUERY = /[=<>]|&&|\|\||\bin\s*\(|^\s*!|\b(?:starts_with|ends_with|contains)\s*\(/;
const FLAGS: readonly string[] = PEER_NAMES.filter(({ kind }) => kind === "yes or no").map(
  ({ name }) => name,
);

export type PeerTest = (row: PeerRow, now: number) => boolean;

/**
 * A query such as `network == "onion" && in_bytes > 1MB`, or a text that is part of a column. A peer whose value is
 * unknown does not pass.
 * @throws QueryError QUERY_SYNTAX, QUERY_TYPE
 */
export function parsePeerFilter(filter: string): PeerTest {
  if (!QUERY.test(filter) && !FLAGS.includes(filter.trim())) return textTest(filter.trim());
  const properties: Properties<Moment> = PROPERTIES;
  const test = propertyQuery(filter, "a peer", properties);
  return (row, now) => test({ row, now }) === true;
}

function textTest(filter: string): PeerTest {
  const wanted = filter.toLowerCase();
  return ({ id, address, connectionType, network, lastType, report }) =>
    [String(id), address, connectionType, network, lastType, report?.user_agent].some((each) =>
      each?.toLowerCase().includes(wanted),
    );
}

type Value<Type> = (row: PeerRow, now: number) => Type | null | undefined;

function text(meaning: string, value: Value<string>): PeerProperty {
  // What is not known yet is empty.
  return { type: "string", meaning, value: ({ row, now }) => value(row, now) || null };
}

function number(meaning: string, value: Value<number>): PeerProperty {
  return { type: "int64", meaning, value: ({ row, now }) => value(row, now) ?? null };
}

function bytes(meaning: string, value: Value<number>): PeerProperty {
  return { type: "uint64", unit: "B", meaning, value: ({ row, now }) => value(row, now) ?? null };
}

/** @param value in ms */
function time(meaning: string, value: Value<number>): PeerProperty {
  const micros = (ms: number | null | undefined): number | null => (ms == null ? null : ms * 1000);
  return { type: "uint64", unit: "us", meaning, value: ({ row, now }) => micros(value(row, now)) };
}

function flag(meaning: string, value: Value<boolean>): PeerProperty {
  return { type: "bool", meaning, value: ({ row, now }) => value(row, now) ?? null };
}

function kindOf(type: PeerProperty["type"]): PeerName["kind"] {
  if (type === "string") return "text";
  return type === "bool" ? "yes or no" : "number";
}
