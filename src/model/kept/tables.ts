/** How a column is stored: `time` is a TIMESTAMP in UTC, `integer` a BIGINT, `real` a DOUBLE. */
export type ColumnType = "time" | "text" | "integer" | "real" | "flag" | "json";

export interface KeptColumn {
  readonly type: ColumnType;
  readonly meaning: string;
}

export interface KeptTable {
  readonly meaning: string;
  readonly columns: Readonly<Record<string, KeptColumn>>;
  /** The columns by which rows are sorted on disk, so that rows with given values are found fast. */
  readonly order: readonly string[];
  /**
   * The columns that identify what a row describes, when later rows replace earlier ones; null when each row is of its
   * own. Every such table has the column `updated`.
   */
  readonly identity: readonly string[] | null;
}

const column =
  <Type extends ColumnType>(type: Type) =>
  (meaning: string) => ({ type, meaning });
const time = column("time");
const text = column("text");
const integer = column("integer");
const real = column("real");
const flag = column("flag");
const json = column("json");

const PID = integer("process id of the node");
const UPDATED = time("when the row was written; a later row replaces it");

/** What is kept of a node beyond the life of the process, table by table. The names are those of SQL. */
export const KEPT_TABLES = {
  blocks: {
    meaning: "connected blocks",
    order: ["time"],
    identity: ["pid", "hash"],
    columns: {
      time: time("when it was connected"),
      updated: UPDATED,
      pid: PID,
      height: integer("height"),
      hash: text("hash"),
      transactions: integer("number of transactions"),
      inputs: integer("number of inputs"),
      sigops_cost: integer("cost of its signature operations"),
      connecting_ns: integer("time to check it and to update the UTXO set"),
      seen_to_connected_ns: integer("time from its first message until it was connected"),
      first_seen: time("when its first message was seen"),
      first_peer_id: integer("the peer that announced it first"),
      first_address: text("address of this peer"),
      first_msg_type: text("message type of this announcement"),
      lead_ns: integer("time until a second peer announced it"),
      announcements: integer("number of peers that announced it"),
      coins_added: integer("coins that it added to the UTXO cache"),
      coins_spent: integer("coins that it spent"),
      flush_ns: integer("duration of the flush that followed it"),
      stale: flag("whether a reorganisation replaced it"),
      document: json("its whole life, as `corelens timeline --json` prints it"),
    },
  },
  reorganisations: {
    meaning: "replaced branches of the chain",
    order: ["time"],
    identity: ["pid", "time"],
    columns: {
      time: time("when the first block of the new branch was connected"),
      updated: UPDATED,
      pid: PID,
      height: integer("height of the first replaced block"),
      depth: integer("number of replaced blocks"),
      replaced: json("hashes of the replaced blocks whose connection was seen"),
      tip_height: integer("height of the newest block of the new branch"),
      tip_hash: text("its hash"),
      returned: integer("transactions that returned to the mempool"),
      dropped: integer("transactions that the new branch made invalid"),
    },
  },
  connections: {
    meaning: "connections to peers; the row of an open one is renewed every five minutes",
    order: ["first_seen"],
    identity: ["pid", "peer_id", "first_seen"],
    columns: {
      first_seen: time("when it was first seen"),
      updated: UPDATED,
      pid: PID,
      peer_id: integer("number of the peer"),
      address: text("address of the peer"),
      network: text("ipv4, ipv6, onion, i2p or cjdns"),
      connection_type: text("inbound, outbound-full-relay, …"),
      user_agent: text("what the peer says that it runs"),
      opened: time("when it connected, if this is known"),
      closed: time("when it closed"),
      closed_by: text("event, or silence if the closing was not seen"),
      received: integer("messages that the peer sent"),
      received_bytes: integer("bytes of their payloads"),
      sent: integer("messages that the node sent"),
      sent_bytes: integer("bytes of their payloads"),
      announced: integer("inventory that the peer announced"),
      requested: integer("of it, requested by the node"),
      delivered: integer("of it, delivered by the peer"),
      handshake_ms: real("time from the opening until both sides had sent verack"),
      min_ping_ms: real("shortest time from a ping to its pong"),
      misbehaved: integer("how often it misbehaved"),
      misbehaviour: json("the first reasons"),
      evicted: flag("whether the node chose it for eviction"),
    },
  },
  transactions: {
    meaning: "changes of the mempool, one row each",
    order: ["txid", "time"],
    identity: null,
    columns: {
      time: time("when it happened"),
      pid: PID,
      txid: text("transaction"),
      change: text("added, removed, replaced or rejected"),
      reason: text("why it was removed or rejected"),
      replaced_by: text("the transaction that replaced it"),
      vsize: integer("virtual size in vB"),
      fee_sat: integer("fee in sat"),
      in_mempool_s: real("time in the mempool until it was removed or replaced"),
    },
  },
  incidents: {
    meaning: "what happened to the node and to its trace, in words (log.md)",
    order: ["time"],
    identity: ["id"],
    columns: {
      time: time("when it began"),
      updated: UPDATED,
      id: text("the same whenever this incident is described"),
      kind: text("the kind of log.md"),
      severity: text("info, warning or alarm"),
      ended: time("when it ended; null while it goes on"),
      pid: PID,
      object_kind: text("what it is about: block, peer, tx, tracepoint or node"),
      object_id: text("which one"),
      text: text("a sentence"),
      evidence: json(
        "its figures, and the times of its first and last event in ms since the epoch",
      ),
    },
  },
  flushes: {
    meaning: "writes of the UTXO cache to disk",
    order: ["time"],
    identity: null,
    columns: {
      time: time("when it ended"),
      pid: PID,
      mode: text("why"),
      duration_ms: real("duration"),
      coins: integer("coins in the cache"),
      memory_bytes: integer("memory of the cache"),
      for_prune: flag("whether pruning needed it"),
    },
  },
} as const satisfies Readonly<Record<string, KeptTable>>;

export type KeptTableName = keyof typeof KEPT_TABLES;

/** Times in ms since the epoch; what is unknown is null. */
export type KeptRow<Name extends KeptTableName> = {
  readonly [column in KeptColumnName<Name>]: KeptValue<
    ColumnsOf<Name>[column] extends { readonly type: infer Type } ? Type : never
  >;
};

export type KeptColumnName<Name extends KeptTableName> = keyof ColumnsOf<Name> & string;

type ColumnsOf<Name extends KeptTableName> = (typeof KEPT_TABLES)[Name]["columns"];

type KeptValue<Type> = Type extends "text"
  ? string | null
  : Type extends "flag"
    ? boolean | null
    : Type extends "json"
      ? object | null
      : number | null;
