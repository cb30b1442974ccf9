import { txid } from "./fields.ts";
import type { Field, Layout, Tracepoint } from "./types.ts";

/** Core's height for coins that are in no block yet: above every block. */
export const MEMPOOL_HEIGHT = 0x7fff_ffff;

/** The cache of unspent coins: tracepoints in coins.cpp and validation.cpp. */

const flushDuration = {
  name: "duration_us",
  type: "int64",
  unit: "us",
  meaning:
    "How long the flush took. Meaningless under mocktime before v25; since v30 it is 0 under mocktime and negative when the clock is set back.",
} as const satisfies Field;

const flushMode = {
  name: "mode",
  type: "uint32",
  meaning: "What the caller of the flush asked for.",
} as const satisfies Field;

const flushed = [
  { name: "coins", type: "uint64", meaning: "Coins in the cache before the flush." },
  { name: "memory", type: "uint64", unit: "B", meaning: "Memory the cache used before the flush." },
  { name: "for_prune", type: "bool", meaning: "Whether pruning made the flush necessary." },
] as const satisfies readonly Field[];

const coinLayouts = [
  {
    since: 23,
    until: null,
    fields: [
      txid,
      {
        name: "vout",
        type: "uint32",
        meaning: "The coin's place among the transaction's outputs.",
      },
      {
        name: "height",
        type: "uint32",
        meaning:
          "Height of the block that created the coin, also when it is spent or uncached. 2147483647 is a coin of the mempool.",
      },
      { name: "value", type: "int64", unit: "sat", meaning: "The coin's value." },
      { name: "is_coinbase", type: "bool", meaning: "Whether a coinbase transaction created it." },
    ],
  },
] as const satisfies readonly Layout[];

const TEMPORARY_CACHES =
  "It fires for temporary caches too (getblocktemplate, checks of the mempool), which cannot be told apart: the sum of these events is not the UTXO set.";

export const UTXOCACHE = {
  "utxocache:flush": {
    summary: "The cache was written to disk.",
    layouts: [
      {
        since: 23,
        until: 30,
        fields: [
          flushDuration,
          { ...flushMode, values: { 0: "NONE", 1: "IF_NEEDED", 2: "PERIODIC", 3: "ALWAYS" } },
          ...flushed,
        ],
      },
      {
        since: 31,
        until: null,
        note: "the same arguments as before: only the node's version distinguishes the two",
        fields: [
          flushDuration,
          {
            ...flushMode,
            values: {
              0: "NONE",
              1: "IF_NEEDED",
              2: "PERIODIC",
              3: "FORCE_FLUSH",
              4: "FORCE_SYNC",
            },
          },
          ...flushed,
        ],
      },
    ],
  },
  "utxocache:add": {
    summary: "A coin was added to a cache.",
    notes: [TEMPORARY_CACHES],
    layouts: coinLayouts,
  },
  "utxocache:spent": {
    summary: "A coin was spent from a cache.",
    notes: [TEMPORARY_CACHES],
    layouts: coinLayouts,
  },
  "utxocache:uncache": {
    summary: "A coin was dropped from the cache, since what needed it was refused.",
    layouts: coinLayouts,
  },
} as const satisfies Record<string, Tracepoint>;
