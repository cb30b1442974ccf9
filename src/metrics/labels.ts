import { CONNECTION_NETWORKS, CONNECTION_TYPES, networkName } from "../bitcoin/connection.ts";
import { MESSAGE_TYPES } from "../bitcoin/message-types.ts";
import { FLUSH_MODES } from "../model/coins/flushes.ts";
import { REJECTION_REASONS, REMOVAL_REASONS } from "../model/mempool/reasons.ts";
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
  values: [...REMOVAL_REASONS, OTHER],
};

export const REJECTION_REASON: Label = {
  name: "reason",
  meaning: "why it was rejected, without what follows a bracket, comma or colon",
  values: [...REJECTION_REASONS, OTHER],
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
  meaning: "the requested mode; v31 and later have FORCE_FLUSH instead of ALWAYS",
  values: [...FLUSH_MODES, OTHER],
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

/** `/Satoshi:29.1.0/Knots:20250903/` is Knots, `/Satoshi:0.21.1/` is Satoshi 21. */
function implementationOf(agent: string): string {
  if (/Knots/i.test(agent)) return "Knots";
  const core = /^\/Satoshi:(?:0\.)?(\d+)\./.exec(agent);
  if (core) return `Satoshi ${core[1]}`;
  const name = /^\/([A-Za-z]+)/.exec(agent)?.[1] ?? "";
  if (name === "btcwire") return "btcd";
  return name.toLowerCase();
}
