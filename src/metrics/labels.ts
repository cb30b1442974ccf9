import { CONNECTION_NETWORKS, CONNECTION_TYPES, networkName } from "../bitcoin/connection.ts";
import { MESSAGE_TYPES } from "../bitcoin/message-types.ts";
import { type Label, OTHER } from "./label.ts";

/** The labels that several metrics have, with all their values. */

export const DIRECTION: Label = {
  name: "direction",
  meaning: "as the node sees it",
  values: ["inbound", "outbound"],
};

export const MESSAGE: Label = {
  name: "message",
  meaning: "the message's type",
  values: [...MESSAGE_TYPES.toSorted(), OTHER],
};

export const CONNECTION_TYPE: Label = {
  name: "connection_type",
  meaning: "why the connection exists; of messages only with --connection-types",
  values: [...CONNECTION_TYPES, OTHER],
};

export const NETWORK: Label = {
  name: "network",
  meaning: "what the connection goes through; unroutable for localhost and private ranges",
  values: [...CONNECTION_NETWORKS, OTHER],
  reduce: networkName,
};

export const REMOVAL_REASON: Label = {
  name: "reason",
  meaning: "why it left the mempool",
  values: ["expiry", "sizelimit", "reorg", "block", "conflict", "replaced", OTHER],
};

/** The beginnings of what a node says, up to a bracket, comma or colon: what follows is of the transaction. */
export const REJECTION_REASON: Label = {
  name: "reason",
  meaning: "why it was refused, without what follows a bracket, comma or colon",
  values: [
    ...["TRUC-violation", "bad-cb-length", "bad-txns-fee-outofrange", "bad-txns-in-belowout"],
    ...["bad-txns-inputs-duplicate", "bad-txns-inputs-missingorspent"],
    ...["bad-txns-inputvalues-outofrange", "bad-txns-nonstandard-inputs", "bad-txns-oversize"],
    ...["bad-txns-premature-spend-of-coinbase", "bad-txns-prevout-null"],
    ...[
      "bad-txns-spends-conflicting-tx",
      "bad-txns-too-many-sigops",
      "bad-txns-txouttotal-toolarge",
    ],
    ...["bad-txns-vin-empty", "bad-txns-vout-empty", "bad-txns-vout-negative"],
    ...["bad-txns-vout-toolarge", "bad-witness-nonstandard", "bare-multisig"],
    ...[
      "bip125-replacement-disallowed",
      "block-script-verify-flag-failed",
      "coinbase",
      "datacarrier",
    ],
    ...["dust", "insufficient fee", "mandatory-script-verify-flag-failed", "max feerate exceeded"],
    ...["mempool full", "mempool min fee not met", "mempool-script-verify-flag-failed"],
    ...["min relay fee not met", "missing-ephemeral-spends", "multi-op-return", "non-BIP68-final"],
    ...["non-final", "non-mandatory-script-verify-flag", "replacement-adds-unconfirmed"],
    ...["replacement-failed", "scriptpubkey", "scriptsig-not-pushonly", "scriptsig-size"],
    ...[
      "too many potential replacements",
      "too-large-cluster",
      "too-long-mempool-chain",
      "tx-size",
    ],
    ...["tx-size-small", "txn-already-in-mempool", "txn-already-known", "txn-mempool-conflict"],
    ...["txn-same-nonwitness-data-in-mempool", "version", OTHER],
  ],
  reduce: beginningOf,
};

/** What peers do wrong, as net_processing.cpp says it, without numbers. */
export const MISBEHAVIOUR: Label = {
  name: "reason",
  meaning: "what the peer did wrong, without the numbers in it",
  values: [
    ...["addr message size", "addrv2 message size", "bad filteradd message"],
    ...["getblocktxn with out-of-bounds tx indices", "getdata message size"],
    ...["header with invalid proof of work", "headers message size", "inv message size"],
    ...["invalid compact block", "invalid compact block/non-matching block transactions"],
    ...["invalid header received", "invalid sendcmpct announce field", "mutated block"],
    ...["non-continuous headers sequence", "previous compact block reconstruction attempt failed"],
    ...["too-large bloom filter", OTHER],
  ],
  reduce: (seen) => seen.replace(/ = \d+$/, ""),
};

export const FLUSH_MODE: Label = {
  name: "mode",
  meaning: "what was asked for; since v31 FORCE_FLUSH where it was ALWAYS",
  values: ["NONE", "IF_NEEDED", "PERIODIC", "ALWAYS", "FORCE_FLUSH", "FORCE_SYNC", OTHER],
};

export const FOR_PRUNE: Label = {
  name: "for_prune",
  meaning: "whether pruning made it necessary",
  values: ["false", "true", OTHER],
};

export const OPERATION: Label = {
  name: "operation",
  meaning: "what is done to the coin",
  values: ["add", "spent", "uncache"],
};

export const ALGORITHM: Label = {
  name: "algorithm",
  meaning: "what found the selection",
  values: ["bnb", "knapsack", "srd", "cg", "manual", OTHER],
};

export const SUCCESS: Label = {
  name: "success",
  meaning: "whether a transaction could be made",
  values: ["false", "true", OTHER],
};

export const TRANSPORT: Label = {
  name: "transport",
  meaning: "v2 is encrypted",
  values: ["v1", "v2", "detecting", OTHER],
};

const OLDEST_MAJOR = 15;
const NEWEST_MAJOR = 40;

/** Core's releases by their major number, and the other implementations that are often seen. */
export const USER_AGENT: Label = {
  name: "user_agent",
  meaning: "the software it says it is: Core by major version, others by name",
  values: [
    ...Array.from(
      { length: NEWEST_MAJOR - OLDEST_MAJOR + 1 },
      (_, i) => `Satoshi ${OLDEST_MAJOR + i}`,
    ),
    ...["Knots", "btcd", "bcoin", "bitcoinj", "libbitcoin", "floresta", "electrs", OTHER],
  ],
  reduce: implementationOf,
};

export const STATISTIC: Label = {
  name: "statistic",
  meaning: "over the peers that have the value",
  values: ["min", "median", "mean", "max"],
};

/** `mempool min fee not met, 10 < 20` and `scriptpubkey (…)` without what follows. */
function beginningOf(reason: string): string {
  return reason.split(/ \(|, |: /, 1)[0]!;
}

/** `/Satoshi:29.1.0/Knots:20250903/` is Knots, `/Satoshi:0.21.1/` is Satoshi 21. */
function implementationOf(agent: string): string {
  if (/Knots/i.test(agent)) return "Knots";
  const core = /^\/Satoshi:(?:0\.)?(\d+)\./.exec(agent);
  if (core) return `Satoshi ${core[1]}`;
  const name = /^\/([A-Za-z]+)/.exec(agent)?.[1] ?? "";
  if (name === "btcwire") return "btcd";
  return name.toLowerCase();
}
