import type { StatePart } from "./node-state.ts";

/** A call that reads a part of a node's state. docs/rpc.md lists this table. */
export interface StateCall {
  readonly method: string;
  /** The data that it provides. */
  readonly why: string;
  /** The default interval in seconds, long for expensive calls. */
  readonly everySeconds: number;
  /** The cost for the node, if it is more than reading a few numbers. */
  readonly cost?: string;
}

/** All calls that corelens makes. They only read. */
export const STATE_CALLS = {
  uptime: {
    method: "uptime",
    why: "time since the node's start, and its availability",
    everySeconds: 10,
  },
  chain: {
    method: "getblockchaininfo",
    why: "height, progress, last block, disk space, pruning, warnings",
    everySeconds: 5,
  },
  network: {
    method: "getnetworkinfo",
    why: "version, numbers of peers, reachable networks, own addresses",
    everySeconds: 10,
  },
  traffic: {
    method: "getnettotals",
    why: "bytes sent and received, upload limit",
    everySeconds: 5,
  },
  peers: {
    method: "getpeerinfo",
    why: "every peer with its address, type, bytes by message type, pings",
    everySeconds: 10,
    cost: "replies with about 2 kB per peer",
  },
  mempool: {
    method: "getmempoolinfo",
    why: "number and size of transactions, memory, lowest fee rate",
    everySeconds: 5,
  },
  fees: {
    method: "estimatesmartfee",
    why: "fee rates that confirm within 2, 6 and 144 blocks",
    everySeconds: 60,
    cost: "waits until the node has processed its queue of validation callbacks",
  },
  transactions: {
    method: "getchaintxstats",
    why: "transactions since the first block, and per second",
    everySeconds: 60,
  },
  addresses: {
    method: "getaddrmaninfo",
    why: "known addresses by network; since v26",
    everySeconds: 60,
  },
  memory: { method: "getmemoryinfo", why: "locked memory", everySeconds: 60 },
  bans: { method: "listbanned", why: "banned addresses", everySeconds: 60 },
  tips: {
    method: "getchaintips",
    why: "known branches of the chain",
    everySeconds: 600,
    cost: "reads the whole block index, about a million blocks on main, and blocks validation meanwhile",
  },
} as const satisfies Record<StatePart, StateCall>;

export const STATE_PARTS = Object.keys(STATE_CALLS) as StatePart[];

/** Confirmation targets of the fee estimates, in blocks. */
export const FEE_TARGETS = [2, 6, 144] as const;
