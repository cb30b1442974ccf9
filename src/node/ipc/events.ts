import { ByteReader } from "../../bitcoin/decode/reader.ts";
import { TransactionView } from "../../bitcoin/decode/transaction-view.ts";
import type { Field } from "../../contract/types.ts";
import { exactNumber } from "../../util/exact-number.ts";

/** A kind of event that IPC reports, in addition to those of tracepoints. */
interface IpcEvent {
  readonly summary: string;
  readonly fields: readonly Field[];
}

const hash = { name: "hash", type: "hash", meaning: "The block." } as const satisfies Field;
const height = { name: "height", type: "int32", meaning: "Its height." } as const satisfies Field;
const txid = { name: "txid", type: "hash", meaning: "The transaction." } as const satisfies Field;

const transaction = {
  name: "transaction",
  type: "bytes",
  meaning: "The whole transaction in network serialisation.",
} as const satisfies Field;

const vsize = {
  name: "vsize",
  type: "int32",
  unit: "vB",
  meaning: "Its virtual size.",
} as const satisfies Field;

const role = [
  { name: "validated", type: "bool", meaning: "Whether its chainstate is fully validated." },
  {
    name: "historical",
    type: "bool",
    meaning: "Whether its chainstate validates the blocks below an assumeutxo snapshot.",
  },
] as const satisfies readonly Field[];

const block = [
  hash,
  height,
  { name: "prev_hash", type: "hash", meaning: "The previous block; zeros for the genesis block." },
  { name: "size", type: "uint32", unit: "B", meaning: "Its size; 0 if the node sent no data." },
  {
    name: "file_number",
    type: "int32",
    meaning: "Number of the blk file; -1 if it is not on disk.",
  },
  { name: "data_pos", type: "uint32", meaning: "Offset in that file." },
  {
    name: "chain_time_max",
    type: "uint32",
    unit: "UNIX s",
    meaning: "Maximum block time of the chain up to it.",
  },
] as const satisfies readonly Field[];

const tip = [
  {
    name: "sync_state",
    type: "int32",
    meaning: "State of the node's synchronisation.",
    values: { 0: "REINDEX", 1: "DOWNLOAD", 2: "POST_INIT" },
  },
  height,
  { name: "block_time", type: "int64", unit: "UNIX s", meaning: "The block's time." },
  { name: "hash", type: "hash", meaning: "The block; zeros if the node does not report it." },
  {
    name: "progress_ppm",
    type: "int32",
    meaning: "Verification progress in millionths; 0 if the node does not report it.",
  },
] as const satisfies readonly Field[];

const coin = [
  txid,
  { name: "vout", type: "uint32", meaning: "Index of the output in the transaction." },
  {
    name: "height",
    type: "uint32",
    meaning: "Height of the block that created the coin; 2147483647 for a coin in the mempool.",
  },
  { name: "value", type: "int64", unit: "sat", meaning: "The coin's value." },
  { name: "is_coinbase", type: "bool", meaning: "Whether a coinbase transaction created it." },
] as const satisfies readonly Field[];

export const IPC_EVENTS = {
  "ipc:tip_changed": {
    summary: "The tip changed. Several changes in quick succession are one event.",
    fields: [hash, height],
  },
  "ipc:transaction_added_to_mempool": {
    summary: "A transaction was added to the mempool.",
    fields: [txid, vsize, transaction],
  },
  "ipc:transaction_removed_from_mempool": {
    summary: "A transaction was removed from the mempool, but not because it was mined.",
    fields: [
      txid,
      vsize,
      {
        name: "reason",
        type: "int32",
        meaning: "Reason of the removal.",
        values: {
          0: "EXPIRY",
          1: "SIZELIMIT",
          2: "REORG",
          3: "BLOCK",
          4: "CONFLICT",
          5: "REPLACED",
        },
      },
      transaction,
    ],
  },
  "ipc:block_connected": { summary: "A block was connected.", fields: [...block, ...role] },
  "ipc:block_disconnected": { summary: "A block was disconnected.", fields: block },
  "ipc:updated_block_tip": { summary: "The tip was updated.", fields: [] },
  "ipc:chain_state_flushed": {
    summary: "The chain state was written to disk.",
    fields: [{ ...hash, meaning: "The block of the state." }, ...role],
  },
  "ipc:utxo_added": { summary: "A coin was added to the cache.", fields: coin },
  "ipc:utxo_spent": { summary: "A coin was spent.", fields: coin },
  "ipc:utxo_uncached": { summary: "A coin was removed from the cache.", fields: coin },
  "ipc:block_tip": { summary: "The node notified its user interface of a new tip.", fields: tip },
  "ipc:header_tip": { summary: "The best header changed.", fields: tip },
  "ipc:connections_changed": {
    summary: "The number of peers changed.",
    fields: [{ name: "connections", type: "int32", meaning: "Current number of peers." }],
  },
  "ipc:network_active_changed": {
    summary: "Networking was switched on or off.",
    fields: [{ name: "active", type: "bool", meaning: "Whether it is on." }],
  },
  "ipc:banned_list_changed": { summary: "A ban was added or removed.", fields: [] },
} as const satisfies Record<`ipc:${string}`, IpcEvent>;

export type IpcEventName = keyof typeof IPC_EVENTS;

/** An event as a callback reports it, before its transaction is decoded. */
export interface RawIpcEvent {
  readonly name: IpcEventName;
  /** Nanoseconds since boot; a number when exact. */
  readonly ktime: number | bigint;
  /** The node's name of the thread: `bitcoin-node-4711/b-scheduler-4715`. Null if unknown. */
  readonly thread: string | null;
  /** The event's fields; `tx` is a raw transaction, from which `fieldsOf` derives others. */
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * The fields of an event.
 * @param known the requested fields
 * @returns also the names of the fields that could not be decoded
 */
export function fieldsOf(
  { values }: RawIpcEvent,
  known: readonly Field[],
): {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly unreadable: readonly string[];
} {
  const { tx, ...rest } = values;
  const summary = tx instanceof Uint8Array ? summaryOf(tx) : null;
  const all: Record<string, unknown> = { ...rest, transaction: tx, ...summary };
  const fields = known.map((field) => {
    const value = all[field.name];
    return [field.name, field.values?.[value as number] ?? value ?? null] as const;
  });
  return {
    fields: Object.fromEntries(fields),
    unreadable: fields.filter(([, value]) => value === null).map(([name]) => name),
  };
}

/** The txid and size of a serialised transaction; null if the bytes are not exactly one transaction. */
export function summaryOf(bytes: Uint8Array): Pick<TransactionView, "txid" | "vsize"> | null {
  const reader = new ByteReader(bytes);
  const transaction = TransactionView.next(reader);
  if (!transaction || !reader.isAtEnd) return null;
  return { txid: transaction.txid, vsize: transaction.vsize };
}

/** `bitcoin-node-4711/b-scheduler-4715`, as libmultiprocess names threads. */
export function threadOf(name: string | null): {
  readonly tid: number;
  readonly thread: string | null;
} {
  const [, thread, tid] = /\/(?:(.*)-)?(\d+)$/.exec(name ?? "") ?? [];
  return { tid: Number(tid ?? 0), thread: thread ?? null };
}

/** The kernel's monotonic clock, which events of tracepoints also use. */
export function ktimeNow(): number | bigint {
  const now = process.hrtime.bigint();
  return exactNumber(now) ?? now;
}
