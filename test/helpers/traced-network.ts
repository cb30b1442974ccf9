import { join } from "node:path";
import type { Status } from "../../src/model/status.ts";
import { BitcoinNode } from "./bitcoin-node.ts";
import { RunningCommand } from "./command.ts";
import { until } from "./stream.ts";

/** What bitcoin-cli's getpeerinfo prints of a peer. */
export interface PeerInfo {
  readonly id: number;
  readonly addr: string;
  readonly subver: string;
  readonly network: string;
  readonly inbound: boolean;
  readonly connection_type: string;
  readonly bytesrecv: number;
  readonly bytessent: number;
  readonly bytesrecv_per_msg: Readonly<Record<string, number>>;
  readonly bytessent_per_msg: Readonly<Record<string, number>>;
}

const COINBASES = 110;

/** miner ◄── node ◄── listener: the node in the middle has the coins, and is to be traced. */
export class TracedNetwork {
  readonly miner: BitcoinNode;
  readonly node: BitcoinNode;
  readonly listener: BitcoinNode;
  /** Of the node's wallet, and of the miner's. */
  own = "";
  foreign = "";

  private constructor(nodes: readonly BitcoinNode[]) {
    [this.miner, this.node, this.listener] = nodes as [BitcoinNode, BitcoinNode, BitcoinNode];
  }

  /** Nobody is connected yet. */
  static async start(directory: string): Promise<TracedNetwork> {
    const names = ["miner", "node", "listener"];
    const network = new TracedNetwork(
      await Promise.all(names.map((name) => BitcoinNode.start(join(directory, name)))),
    );
    const { miner, node } = network;
    for (const each of [miner, node]) await each.rpc("createwallet", "wallet");
    network.own = await node.rpc("getnewaddress");
    network.foreign = await miner.rpc("getnewaddress");
    await node.rpc("generatetoaddress", COINBASES, network.own);
    return network;
  }

  /** Connects them anew; resolves when the others have the node's blocks. */
  async connect(): Promise<void> {
    for (const { addr } of await this.peers()) await this.node.rpc("disconnectnode", addr);
    await until("nobody is connected", async () => (await this.peers()).length === 0);
    await this.node.rpc("addnode", `127.0.0.1:${this.miner.port}`, "onetry");
    await this.listener.rpc("addnode", `127.0.0.1:${this.node.port}`, "onetry");
    await until("both have shaken hands", async () => {
      const peers = await this.peers();
      return peers.length === 2 && peers.every(({ subver }) => subver !== "");
    });
    await this.agreed();
  }

  agreed(): Promise<void> {
    return until("all nodes have the same tip", async () => {
      const all = [this.miner, this.node, this.listener];
      const tips = await Promise.all(all.map((each) => each.rpc("getbestblockhash")));
      return new Set(tips).size === 1;
    });
  }

  /** A block that the node hears of from the miner. */
  async mine(): Promise<string> {
    const [hash] = await this.miner.query<string[]>("generatetoaddress", 1, this.foreign);
    await this.agreed();
    return hash!;
  }

  peers(): Promise<PeerInfo[]> {
    return this.node.query<PeerInfo[]>("getpeerinfo");
  }

  async stop(): Promise<void> {
    await Promise.all([this.miner, this.node, this.listener].map((each) => each.stop()));
  }
}

/** The address of the dashboard of a node, once it is attached. */
export async function dashboardOf(node: BitcoinNode): Promise<string> {
  const target = String(node.pid);
  const command = new RunningCommand(["--target", target, "--no-open", "--port", "0"]);
  const address = () => /http:\S+/.exec(command.stdout)?.[0];
  await until("it is attached", async () => {
    if (command.exitStatus !== null) throw new Error(command.stderr);
    const url = address();
    if (url === undefined) return false;
    const status = (await (await fetch(`${url}/api/status`)).json()) as Status;
    return status.stream.state === "attached";
  });
  return address()!;
}
