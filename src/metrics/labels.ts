import { CONNECTION_NETWORKS, CONNECTION_TYPES, networkName } from "../bitcoin/connection.ts";
import { MESSAGE_TYPES } from "../bitcoin/message-types.ts";
import { FLUSH_MODES } from "../model/coins/flushes.ts";
import { REJECTION_REASONS, REMOVAL_REASONS } from "../model/mempool/reasons.ts";
import { type Label, OTHER } from "./label.ts";

/** The labels that several metrics share, with all their values. */

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
  meaning: "the connection's purpose; messages have this label only with --connection-types",
  values: [...CONNECTION_TYPES, OTHER],
};

export const NETWORK: Label = {
  name: "network",
  meaning: "the connection's network; unroutable for localhost and private address ranges",
  values: [...CONNECTION_NETWORKS, OTHER],
  reduce: networkName,
};

export const REMOVAL_REASON: Label = {
  name: "reason",
  meaning: "why the transaction was removed from the mempool",
  values: [...REMOVAL_REASONS, OTHER],
};

export const REJECTION_REASON: Label = {
  name: "reason",
  meaning: "why the transaction was rejected, cut at the first bracket, comma or colon",
  values: [...REJECTION_REASONS, OTHER],
};

/** The kinds of misbehaviour in the words of Bitcoin Core's net_processing.cpp, without numbers. */
export const MISBEHAVIOUR: Label = {
  name: "reason",
  meaning: "the peer's misbehaviour, without numbers",
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
  meaning: "the requested mode; FORCE_FLUSH replaces ALWAYS from v31 on",
  values: [...FLUSH_MODES, OTHER],
};

export const FOR_PRUNE: Label = {
  name: "for_prune",
  meaning: "whether pruning caused the flush",
  values: ["false", "true", OTHER],
};

export const OPERATION: Label = {
  name: "operation",
  meaning: "the change to the coin",
  values: ["add", "spent", "uncache"],
};

export const ALGORITHM: Label = {
  name: "algorithm",
  meaning: "the algorithm that found the selection",
  values: ["bnb", "knapsack", "srd", "cg", "manual", OTHER],
};

export const SUCCESS: Label = {
  name: "success",
  meaning: "whether the wallet created a transaction",
  values: ["false", "true", OTHER],
};

export const TRANSPORT: Label = {
  name: "transport",
  meaning: "v2 is encrypted",
  values: ["v1", "v2", "detecting", OTHER],
};

const OLDEST_MAJOR = 15;
const NEWEST_MAJOR = 40;

/** Bitcoin Core's releases by major version, and other common implementations. */
export const USER_AGENT: Label = {
  name: "user_agent",
  meaning: "the peer's software as it announces it: Bitcoin Core by major version, others by name",
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
  meaning: "computed over the peers that have the value",
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
