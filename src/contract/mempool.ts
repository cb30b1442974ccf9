import { address, fee, peerId, txid } from "./fields.ts";
import type { Field, Tracepoint } from "./types.ts";

/** Transactions entering and leaving the mempool: tracepoints in txmempool.cpp and validation.cpp. */

/** Virtual sizes are size_t in v25 and int32 since v26: read with the wrong width, they are wrong. */
const vsize = {
  name: "vsize",
  type: "int32",
  unit: "vB",
  meaning: "The transaction's virtual size, with the sigop adjustment of the mempool's policy.",
} as const satisfies Field;
const vsize64 = { ...vsize, type: "uint64" } as const satisfies Field;

const entryTime = {
  name: "entry_time",
  type: "uint64",
  unit: "UNIX s",
  meaning: "When the transaction entered the mempool.",
} as const satisfies Field;

const removalReason = {
  name: "reason",
  type: "string",
  maxLength: 9,
  meaning: "expiry, sizelimit, reorg, block, conflict or replaced.",
} as const satisfies Field;

const rejectReason = {
  name: "reason",
  type: "string",
  maxLength: 118,
  meaning:
    "Why it was refused. The texts change between releases: since v30 the script failures begin with mempool-script-verify-flag-failed, before with non-mandatory-script-verify-flag.",
} as const satisfies Field;

const replacedTxid = {
  name: "replaced_txid",
  type: "hash",
  meaning: "Id of the transaction that leaves the mempool.",
} as const satisfies Field;
const replacedVsize = {
  ...vsize,
  name: "replaced_vsize",
  meaning: "Its virtual size.",
} as const satisfies Field;
const replacedVsize64 = { ...replacedVsize, type: "uint64" } as const satisfies Field;
const replacedFee = {
  name: "replaced_fee",
  type: "int64",
  unit: "sat",
  meaning: "The fee it paid.",
} as const satisfies Field;
const replacedEntryTime = {
  ...entryTime,
  name: "replaced_entry_time",
  meaning: "When it entered the mempool.",
} as const satisfies Field;

const replacementTxid = {
  name: "replacement_id",
  type: "hash",
  meaning: "Id of the transaction that takes its place.",
} as const satisfies Field;
const replacementId = {
  name: "replacement_id",
  type: "hash",
  meaning: "What takes its place: a transaction's id or a package's hash, see replacement_is_txid.",
} as const satisfies Field;
const replacementVsize = {
  ...vsize,
  name: "replacement_vsize",
  meaning: "Virtual size of what takes its place.",
} as const satisfies Field;
const replacementVsize64 = { ...replacementVsize, type: "uint64" } as const satisfies Field;
const replacementFee = {
  name: "replacement_fee",
  type: "int64",
  unit: "sat",
  meaning: "Fee of what takes its place.",
} as const satisfies Field;

const DRAFT = "a development branch that proposed the tracepoints in another form";

export const MEMPOOL = {
  "mempool:added": {
    summary: "A transaction entered the mempool.",
    layouts: [
      { since: 25, until: 25, fields: [txid, vsize64, fee] },
      { since: 26, until: null, fields: [txid, vsize, fee] },
    ],
  },
  "mempool:removed": {
    summary: "A transaction left the mempool.",
    notes: [
      "A connected block removes thousands within milliseconds: this is the tracepoint whose events are lost first.",
    ],
    layouts: [
      { since: 25, until: 25, fields: [txid, removalReason, vsize64, fee, entryTime] },
      { since: 26, until: null, fields: [txid, removalReason, vsize, fee, entryTime] },
      { since: null, until: null, note: DRAFT, fields: [txid, removalReason, vsize64, fee] },
    ],
  },
  "mempool:replaced": {
    summary:
      "A transaction in the mempool is being replaced by another, or since v29 by a package.",
    notes: [
      "It fires once for each replaced transaction, descendants of the conflicting one included, each time with the same replacement.",
    ],
    layouts: [
      {
        since: 25,
        until: 25,
        fields: [
          replacedTxid,
          replacedVsize64,
          replacedFee,
          replacedEntryTime,
          replacementTxid,
          replacementVsize64,
          replacementFee,
        ],
      },
      {
        since: 26,
        until: 28,
        fields: [
          replacedTxid,
          replacedVsize,
          replacedFee,
          replacedEntryTime,
          replacementTxid,
          replacementVsize,
          replacementFee,
        ],
      },
      {
        since: 29,
        until: null,
        fields: [
          replacedTxid,
          replacedVsize,
          replacedFee,
          replacedEntryTime,
          replacementId,
          replacementVsize,
          replacementFee,
          {
            name: "replacement_is_txid",
            type: "bool",
            meaning:
              "True when replacement_id is a transaction's id, false when it is a package's hash.",
          },
        ],
      },
      {
        since: null,
        until: null,
        note: DRAFT,
        fields: [
          replacementTxid,
          replacementVsize64,
          replacementFee,
          replacedTxid,
          replacedVsize64,
          replacedFee,
        ],
      },
    ],
  },
  "mempool:rejected": {
    summary: "A transaction was refused entry to the mempool.",
    layouts: [
      { since: 25, until: null, fields: [txid, rejectReason] },
      { since: null, until: null, note: DRAFT, fields: [txid, rejectReason, peerId, address] },
    ],
  },
} as const satisfies Record<string, Tracepoint>;
