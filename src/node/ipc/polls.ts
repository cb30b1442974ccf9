import { CorelensError } from "../../errors.ts";
import { snakeNames } from "../../util/snake-names.ts";
import type { Direction } from "./interfaces/node.ts";
import type { IpcConnection } from "./ipc-connection.ts";

/** A call that a user can make with `ipc call`. */
export interface Poll {
  readonly summary: string;
  /** Names of its arguments; those that end with `?` are optional. */
  readonly parameters: readonly string[];
  /** @throws CorelensError USAGE, IPC_* */
  readonly run: (ipc: IpcConnection, args: readonly string[]) => Promise<unknown>;
}

/** All calls, by interface and method. */
export const POLLS: Readonly<Record<string, Poll>> = {
  "echo.echo": poll("the same text", ["text"], (ipc, [text]) => need(ipc, "echo").echo(text!)),
  "mining.getTip": poll("the block at the tip", [], (ipc) => need(ipc, "mining").getTip()),
  "mining.waitTipChanged": poll(
    "the tip, once it changes or `timeout` milliseconds have passed",
    ["hash", "timeout"],
    (ipc, [hash, timeout]) =>
      need(ipc, "mining").waitTipChanged(hashOf(hash!), wholeNumber("timeout", timeout!)),
  ),
  ...simple("mining", {
    isInitialBlockDownload: "whether the node is in initial block download",
    isTestChain: "whether the chain is a test network",
  }),
  "rpc.executeRpc": {
    summary: "the response to a JSON-RPC request",
    parameters: ["request", "uri?"],
    run: async (ipc, [request, uri]) =>
      JSON.parse(await need(ipc, "rpc").executeRpc(request!, uri)),
  },
  "node.getNodeCount": poll(
    "number of peers: inbound, outbound or both",
    ["direction?"],
    (ipc, [direction]) => need(ipc, "node").getNodeCount(directionOf(direction)),
  ),
  ...simple("node", {
    getNodesStats: "every peer",
    getTotalBytesRecv: "bytes received from peers",
    getTotalBytesSent: "bytes sent to peers",
    getMempoolSize: "transactions in the mempool",
    getMempoolDynamicUsage: "memory usage of the mempool in bytes",
    getMempoolMaxUsage: "maximum memory usage of the mempool in bytes",
    getHeaderTip: "the best header",
    getNumBlocks: "height of the chain",
    getBestBlockHash: "the block at the tip",
    getLastBlockTime: "time of the block at the tip, in UNIX s",
    getVerificationProgress: "verification progress, from 0 to 1",
    isInitialBlockDownload: "whether the node is in initial block download",
    isLoadingBlocks: "whether the node loads blocks from disk",
    getBanned: "banned addresses",
    getNetworkActive: "whether networking is on",
    getWarnings: "warnings of the node",
    shutdownRequested: "whether the node is about to stop",
  }),
  "chain.estimateSmartFee": poll(
    "sat per 1000 vB to be confirmed within `blocks` blocks",
    ["blocks"],
    (ipc, [blocks]) => need(ipc, "chain").estimateSmartFee(wholeNumber("blocks", blocks!)),
  ),
  "chain.isInMempool": poll("whether the mempool has the transaction", ["txid"], (ipc, [txid]) =>
    need(ipc, "chain").isInMempool(hashOf(txid!)),
  ),
  ...simple("chain", {
    getHeight: "height of the chain",
    estimateMaxBlocks: "maximum target of estimateSmartFee in blocks",
    mempoolMinFee: "sat per 1000 vB to enter the mempool",
    relayMinFee: "sat per 1000 vB to be relayed",
    relayIncrementalFee: "sat per 1000 vB that a replacement pays in addition",
    relayDustFee: "sat per 1000 vB that defines dust",
    getPackageLimits: "maximum ancestors and descendants in the mempool",
    havePruned: "whether blocks were pruned",
    getPruneHeight: "height up to which blocks are pruned",
    isReadyToBroadcast: "whether transactions may be sent",
    isInitialBlockDownload: "whether the node is in initial block download",
    shutdownRequested: "whether the node is about to stop",
  }),
};

type ClientName = "echo" | "mining" | "rpc" | "node" | "chain";
type Clients = { readonly [K in ClientName]: NonNullable<IpcConnection[K]> };

/** Methods of a client without parameters. */
type SimpleMethod<C> = {
  [K in keyof C]: C[K] extends () => Promise<unknown> ? K : never;
}[keyof C];

/** A call whose answer has the names of all JSON. */
function poll(summary: string, parameters: readonly string[], run: Poll["run"]): Poll {
  return { summary, parameters, run: async (ipc, args) => snakeNames(await run(ipc, args)) };
}

function simple<K extends ClientName>(
  name: K,
  summaries: Readonly<Partial<Record<SimpleMethod<Clients[K]> & string, string>>>,
): Record<string, Poll> {
  const polls = Object.entries(summaries).map(([method, summary]) => {
    const run = (ipc: IpcConnection): Promise<unknown> => {
      const client = need(ipc, name) as unknown as Record<string, () => Promise<unknown>>;
      return client[method]!();
    };
    return [`${name}.${method}`, poll(summary as string, [], run)];
  });
  return Object.fromEntries(polls);
}

function need<K extends ClientName>(ipc: IpcConnection, name: K): Clients[K] {
  const client = ipc[name];
  if (client) return client as Clients[K];
  const offered = ipc.offers.join(", ");
  throw new CorelensError("IPC_UNSUPPORTED", `this node offers ${offered}, but not ${name}`);
}

function hashOf(text: string): string {
  if (/^[0-9a-f]{64}$/i.test(text)) return text.toLowerCase();
  throw new CorelensError("USAGE", `"${text}" is not a hash of 64 hex digits`);
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new CorelensError("USAGE", `${name} must be a whole number, not "${text}"`);
}

function directionOf(text = "both"): Direction {
  if (text === "inbound" || text === "outbound" || text === "both") return text;
  throw new CorelensError("USAGE", `direction must be inbound, outbound or both, not "${text}"`);
}
