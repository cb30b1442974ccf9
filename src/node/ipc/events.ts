import { summarize } from "../../bitcoin/raw-transaction.ts";
import type { Field } from "../../contract/types.ts";

/** What IPC tells of as events, beside those of the tracepoints: their names and fields. */
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
  meaning: "The whole transaction, as it is sent to peers.",
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
    meaning: "Whether it belongs to the validation behind an assumeutxo snapshot.",
  },
] as const satisfies readonly Field[];

const block = [
  hash,
  height,
  { name: "prev_hash", type: "hash", meaning: "The block before it; zeros for the first." },
  { name: "size", type: "uint32", unit: "B", meaning: "Its size; 0 when the node gave no data." },
  { name: "file_number", type: "int32", meaning: "Number of the blk file; -1 when not on disk." },
  { name: "data_pos", type: "uint32", meaning: "Where it lies in that file." },
  {
    name: "chain_time_max",
    type: "uint32",
    unit: "UNIX s",
    meaning: "Latest time of all blocks up to it.",
  },
] as const satisfies readonly Field[];

const tip = [
  {
    name: "sync_state",
    type: "int32",
    meaning: "What the node does.",
    values: { 0: "REINDEX", 1: "DOWNLOAD", 2: "POST_INIT" },
  },
  height,
  { name: "block_time", type: "int64", unit: "UNIX s", meaning: "The block's time." },
  { name: "hash", type: "hash", meaning: "The block; zeros where the node does not tell." },
  {
    name: "progress_ppm",
    type: "int32",
    meaning: "Verification progress in millionths; 0 where the node does not tell.",
  },
] as const satisfies readonly Field[];

const coin = [
  txid,
  { name: "vout", type: "uint32", meaning: "The coin's place among the transaction's outputs." },
  {
    name: "height",
    type: "uint32",
    meaning: "Height of the block that created the coin. 2147483647 is a coin of the mempool.",
  },
  { name: "value", type: "int64", unit: "sat", meaning: "The coin's value." },
  { name: "is_coinbase", type: "bool", meaning: "Whether a coinbase transaction created it." },
] as const satisfies readonly Field[];

export const IPC_EVENTS = {
  "ipc:tip_changed": {
    summary: "The tip is another block. Several at once are one event.",
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
        meaning: "Why.",
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
  "ipc:updated_block_tip": { summary: "The tip was moved.", fields: [] },
  "ipc:chain_state_flushed": {
    summary: "The chain state was written to disk.",
    fields: [{ ...hash, meaning: "The block that it is the state of." }, ...role],
  },
  "ipc:utxo_added": { summary: "A coin was added to the cache.", fields: coin },
  "ipc:utxo_spent": { summary: "A coin was spent.", fields: coin },
  "ipc:utxo_uncached": { summary: "A coin was taken out of the cache.", fields: coin },
  "ipc:block_tip": { summary: "The node tells its windows of a new tip.", fields: tip },
  "ipc:header_tip": { summary: "The best header is another one.", fields: tip },
  "ipc:connections_changed": {
    summary: "The number of peers changed.",
    fields: [{ name: "connections", type: "int32", meaning: "Peers there are now." }],
  },
  "ipc:network_active_changed": {
    summary: "Networking was switched.",
    fields: [{ name: "active", type: "bool", meaning: "Whether it is on." }],
  },
  "ipc:banned_list_changed": { summary: "A ban was added or removed.", fields: [] },
} as const satisfies Record<`ipc:${string}`, IpcEvent>;

export type IpcEventName = keyof typeof IPC_EVENTS;

/** An event as it comes out of a callback, before anything was worked out of what it holds. */
export interface RawIpcEvent {
  readonly name: IpcEventName;
  /** Nanoseconds since boot; a number when exact. */
  readonly ktime: number | bigint;
  /** As the node calls it: `bitcoin-node-4711/b-scheduler-4715`. Null when it did not say. */
  readonly thread: string | null;
  /** The event's fields; `tx` stands for what is worked out of it. */
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * The fields of an event.
 * @param known those that are wanted
 * @returns also the names of those that could not be made out
 */
export function fieldsOf(
  { values }: RawIpcEvent,
  known: readonly Field[],
): {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly unreadable: readonly string[];
} {
  const { tx, ...rest } = values;
  const summary = tx instanceof Uint8Array ? summarize(tx) : null;
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

/** `bitcoin-node-4711/b-scheduler-4715`, as libmultiprocess names threads. */
export function threadOf(name: string | null): {
  readonly tid: number;
  readonly thread: string | null;
} {
  const [, thread, tid] = /\/(?:(.*)-)?(\d+)$/.exec(name ?? "") ?? [];
  return { tid: Number(tid ?? 0), thread: thread ?? null };
}

/** The kernel's monotonic clock, which the tracepoints' events have their time from, too. */
export function ktimeNow(): number | bigint {
  const now = process.hrtime.bigint();
  const rounded = Number(now);
  return Number.isSafeInteger(rounded) ? rounded : now;
}
