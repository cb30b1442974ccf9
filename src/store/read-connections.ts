import {
  type AnnouncedBlock,
  type ConnectionLife,
  connectionLife,
  SEEN_MS,
} from "../model/kept/connection-life.ts";
import { quoted } from "./database.ts";
import { type KeptReader, timestamp } from "./kept-reader.ts";
import type { Wanted } from "./recorded-state.ts";

/** Which connections. Times are in ms since the epoch. */
export interface ConnectionChoice {
  /** The peer's number, or its address with or without the port. */
  readonly peer: number | string;
  /** Only those that were open at this time. */
  readonly at: number | null;
  /** Only those that were open then or later. */
  readonly since: number | null;
  /** At most so many, newest first. */
  readonly last: number;
}

export interface Connections {
  /** Newest first. */
  readonly connections: readonly ConnectionLife[];
  /** Whether there are older ones. */
  readonly has_more: boolean;
}

const MAX_BLOCKS = 10_000;

/** The rows that `readConnections` needs. */
export function connectionRows(): Wanted {
  // Of all peers: the newest row shows whether the others are still followed.
  return { connections: () => true, blocks: (row) => row.first_peer_id !== null };
}

/** @throws CorelensError NOT_KEPT */
export async function readConnections(
  reader: KeptReader,
  choice: ConnectionChoice,
): Promise<Connections> {
  const { at, since, last } = choice;
  const end = `coalesce(closed, updated + INTERVAL ${SEEN_MS} MILLISECONDS)`;
  const conditions = [
    ofPeer(choice.peer),
    ...(at === null
      ? []
      : [`coalesce(opened, first_seen) <= ${timestamp(at)}`, `${end} >= ${timestamp(at)}`]),
    ...(since === null ? [] : [`${end} >= ${timestamp(since)}`]),
  ];
  const rows = await reader.wholeRows(
    "connections",
    `WHERE ${conditions.join(" AND ")} ORDER BY first_seen DESC LIMIT ${last + 1}`,
  );
  if (rows.length === 0) throw await reader.notKept("connections", nameOf(choice));
  const shown = rows.slice(0, last);
  const [newest] = await reader.rows(
    "connections",
    ["pid", "updated"],
    "ORDER BY updated DESC LIMIT 1",
  );
  const blocks = await blocksOf(reader, [...new Set(shown.map(({ peer_id }) => peer_id!))]);
  return {
    connections: shown.map((row) => connectionLife(row, blocks, newest!)),
    has_more: rows.length > last,
  };
}

function blocksOf(reader: KeptReader, peers: readonly number[]): Promise<AnnouncedBlock[]> {
  return reader.rows(
    "blocks",
    [
      ...(["time", "pid", "height", "hash"] as const),
      ...(["first_seen", "first_peer_id", "first_address", "lead_ns"] as const),
    ],
    `WHERE first_peer_id IN (${peers.join(", ")}) ORDER BY time DESC LIMIT ${MAX_BLOCKS}`,
  );
}

/** `203.0.113.7` is also `203.0.113.7:8333`, `2001:db8::7` also `[2001:db8::7]:8333`. */
function ofPeer(peer: number | string): string {
  if (typeof peer === "number") return `peer_id = ${peer}`;
  const begins = [`${peer}:`, `[${peer}]:`].map((text) => `starts_with(address, ${quoted(text)})`);
  return `(address = ${quoted(peer)} OR ${begins.join(" OR ")})`;
}

function nameOf({ peer, at, since }: ConnectionChoice): string {
  const name = `a connection to ${typeof peer === "number" ? `peer ${peer}` : peer}`;
  if (at !== null) return `${name} at ${new Date(at).toISOString()}`;
  return since === null ? name : `${name} since ${new Date(since).toISOString()}`;
}
