import { CorelensError } from "../../errors.ts";
import type { Direction } from "./interfaces/node.ts";
import type { IpcConnection } from "./ipc-connection.ts";

/** A question to a node that has an answer at once. */
export interface Poll {
  readonly summary: string;
  /** Names of its arguments; those that end with `?` may be left out. */
  readonly parameters: readonly string[];
  /** @throws CorelensError USAGE, IPC_* */
  readonly ask: (ipc: IpcConnection, args: readonly string[]) => Promise<unknown>;
}

/** Everything that can be asked, by interface and method. */
export const POLLS: Readonly<Record<string, Poll>> = {
  "echo.echo": poll("the same text", ["text"], (ipc, [text]) => need(ipc, "echo").echo(text!)),
  "mining.getTip": poll("the block at the tip", [], (ipc) => need(ipc, "mining").getTip()),
  "mining.waitTipChanged": poll(
    "the tip once it is another one, or after so many milliseconds",
    ["hash", "timeout"],
    (ipc, [hash, timeout]) =>
      need(ipc, "mining").waitTipChanged(hashOf(hash!), wholeNumber("timeout", timeout!)),
  ),
  ...simple("mining", {
    isInitialBlockDownload: "whether the node still fetches the chain",
    isTestChain: "whether blocks are worth nothing",
  }),
  "rpc.executeRpc": poll(
    "the response to a JSON-RPC request",
    ["request", "uri?"],
    async (ipc, [request, uri]) => JSON.parse(await need(ipc, "rpc").executeRpc(request!, uri)),
  ),
  "node.getNodeCount": poll(
    "peers: inbound, outbound or both",
    ["direction?"],
    (ipc, [direction]) => need(ipc, "node").getNodeCount(directionOf(direction)),
  ),
  ...simple("node", {
    getNodesStats: "every peer",
    getTotalBytesRecv: "bytes received from peers",
    getTotalBytesSent: "bytes sent to peers",
    getMempoolSize: "transactions in the mempool",
    getMempoolDynamicUsage: "bytes of memory the mempool takes",
    getMempoolMaxUsage: "bytes of memory it may take",
    getHeaderTip: "the best header",
    getNumBlocks: "height of the chain",
    getBestBlockHash: "the block at the tip",
    getLastBlockTime: "its time, in UNIX s",
    getVerificationProgress: "from 0 to 1",
    isInitialBlockDownload: "whether the node still fetches the chain",
    isLoadingBlocks: "whether it loads blocks from disk",
    getBanned: "who is banned",
    getNetworkActive: "whether networking is on",
    getWarnings: "what the node warns of",
    shutdownRequested: "whether the node is about to stop",
  }),
  "chain.estimateSmartFee": poll(
    "sat for 1000 vB to be confirmed within so many blocks",
    ["blocks"],
    (ipc, [blocks]) => need(ipc, "chain").estimateSmartFee(wholeNumber("blocks", blocks!)),
  ),
  "chain.isInMempool": poll("whether the mempool has it", ["txid"], (ipc, [txid]) =>
    need(ipc, "chain").isInMempool(hashOf(txid!)),
  ),
  ...simple("chain", {
    getHeight: "height of the chain",
    estimateMaxBlocks: "most blocks that estimateSmartFee takes",
    mempoolMinFee: "sat for 1000 vB to get into the mempool",
    relayMinFee: "sat for 1000 vB to be relayed",
    relayIncrementalFee: "sat for 1000 vB that a replacement pays on top",
    relayDustFee: "sat for 1000 vB by which dust is told",
    getPackageLimits: "transactions that may depend on each other in the mempool",
    havePruned: "whether blocks were pruned",
    getPruneHeight: "up to which height",
    isReadyToBroadcast: "whether transactions may be sent",
    isInitialBlockDownload: "whether the node still fetches the chain",
    shutdownRequested: "whether the node is about to stop",
  }),
};

type ClientName = "echo" | "mining" | "rpc" | "node" | "chain";
type Clients = { readonly [K in ClientName]: NonNullable<IpcConnection[K]> };

/** Methods of a client that take nothing. */
type SimpleMethod<C> = {
  [K in keyof C]: C[K] extends () => Promise<unknown> ? K : never;
}[keyof C];

function poll(summary: string, parameters: readonly string[], ask: Poll["ask"]): Poll {
  // What is wrong with the arguments is told as every other trouble is.
  return { summary, parameters, ask: async (ipc, args) => ask(ipc, args) };
}

function simple<K extends ClientName>(
  name: K,
  summaries: Readonly<Partial<Record<SimpleMethod<Clients[K]> & string, string>>>,
): Record<string, Poll> {
  const polls = Object.entries(summaries).map(([method, summary]) => {
    const ask = (ipc: IpcConnection): Promise<unknown> => {
      const client = need(ipc, name) as unknown as Record<string, () => Promise<unknown>>;
      return client[method]!();
    };
    return [`${name}.${method}`, poll(summary as string, [], ask)];
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
  throw new CorelensError("USAGE", `"${text}" is no hash: it has 64 hex digits`);
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new CorelensError("USAGE", `${name} is a whole number, not "${text}"`);
}

function directionOf(text = "both"): Direction {
  if (text === "inbound" || text === "outbound" || text === "both") return text;
  throw new CorelensError("USAGE", `a direction is inbound, outbound or both, not "${text}"`);
}
