import type { Field, Tracepoint } from "./types.ts";

/** Blocks: the tracepoint in validation.cpp. */

const block = [
  { name: "hash", type: "hash", meaning: "The block's hash." },
  { name: "height", type: "int32", meaning: "The block's height." },
  {
    name: "transactions",
    type: "uint64",
    meaning: "Transactions in the block, the coinbase included.",
  },
  {
    name: "inputs",
    type: "int32",
    meaning: "Inputs of all transactions, the coinbase's one included.",
  },
  {
    name: "sigops_cost",
    type: "int64",
    meaning:
      "Signature operations as the consensus limit of 80000 counts them: a legacy one is 4. Core's documentation calls this the number of sigops.",
  },
] as const satisfies readonly Field[];

const durationUs = {
  name: "duration_us",
  type: "int64",
  unit: "us",
  meaning: "How long connecting the block took.",
} as const satisfies Field;

const durationNs = {
  name: "duration_ns",
  type: "int64",
  unit: "ns",
  meaning: "How long connecting the block took.",
} as const satisfies Field;

const hashText = {
  name: "hash_text",
  type: "string",
  maxLength: 64,
  meaning: "The block's hash as 64 hex digits.",
} as const satisfies Field;

export const VALIDATION = {
  "validation:block_connected": {
    summary: "A block was checked against the UTXO set and connected to the chain.",
    notes: [
      "The duration became nanoseconds in v25 without notice: the documentation of v25 to v28 still has microseconds.",
    ],
    layouts: [
      { since: 23, until: 24, fields: [...block, durationUs] },
      {
        since: 25,
        until: 28,
        note: "the duration is passed as an object, which the note shows as unsigned",
        fields: [...block, { ...durationNs, type: "uint64" }],
      },
      { since: 29, until: null, fields: [...block, durationNs] },
      {
        since: null,
        until: 22,
        note: "development versions of 2021-08, after PR 22006: the hash is passed as text, too",
        fields: [hashText, ...block.slice(1), durationUs, block[0]],
      },
    ],
  },
} as const satisfies Record<string, Tracepoint>;
