import type { StatePart } from "./node-state.ts";

/** A call that reads a part of a node's state. docs/rpc.md lists this table. */
export interface StateCall {
  readonly method: string;
  /** What it is asked for. */
  readonly why: string;
  /** How often it is asked when nothing else is said, in seconds: seldom where it costs the node something. */
  readonly everySeconds: number;
  /** What it costs the node, where that is more than reading a few numbers. */
  readonly cost?: string;
}

/** Every call that corelens makes. All only read. */
export const STATE_CALLS = {
  uptime: {
    method: "uptime",
    why: "how long the node runs; whether it answers at all",
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
    cost: "about 2 kB of answer a peer",
  },
  mempool: {
    method: "getmempoolinfo",
    why: "number and size of transactions, memory, lowest fee rate",
    everySeconds: 5,
  },
  fees: {
    method: "estimatesmartfee",
    why: "what confirms within 2, 6 and 144 blocks",
    everySeconds: 60,
    cost: "waits until the node has told its listeners of all it validated",
  },
  transactions: {
    method: "getchaintxstats",
    why: "transactions since the first block, and a second",
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
    why: "branches that the node knows",
    everySeconds: 600,
    cost: "walks the whole block index, on main a million blocks, while nothing is validated",
  },
} as const satisfies Record<StatePart, StateCall>;

export const STATE_PARTS = Object.keys(STATE_CALLS) as StatePart[];

/** Blocks within which a transaction should confirm. */
export const FEE_TARGETS = [2, 6, 144] as const;
