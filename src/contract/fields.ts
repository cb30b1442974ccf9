import type { Field } from "./types.ts";

/** Fields of tracepoints in several contexts: each has one name and one description. */

export const peerId = {
  name: "peer_id",
  type: "int64",
  meaning:
    "The node's number for this connection, counted from 0 at every start and never reused in between.",
} as const satisfies Field;

export const address = {
  name: "address",
  type: "string",
  maxLength: 68,
  meaning:
    "The peer's address and port, or what it was added by: a host name can be longer than any address.",
} as const satisfies Field;

export const txid = {
  name: "txid",
  type: "hash",
  meaning: "The transaction's id.",
} as const satisfies Field;

export const fee = {
  name: "fee",
  type: "int64",
  unit: "sat",
  meaning: "The fee the transaction pays.",
} as const satisfies Field;
