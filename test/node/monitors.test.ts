import { afterAll, beforeAll, expect, it } from "vitest";
import { type BitcoinNode, describeRealNode, startTwoNodes } from "../helpers/bitcoin-node.ts";
import { RunningCommand } from "../helpers/command.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { rightsToTrace } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";

interface PeerInfo {
  readonly id: number;
  readonly addr: string;
  readonly connection_type: string;
  readonly bytesrecv: number;
  readonly bytessent: number;
}

interface Traffic {
  readonly messages: number;
  readonly bytes: number;
}

interface SeenPeer {
  readonly peer_id: number;
  readonly address: string;
  readonly connection_type: string;
  readonly whole: boolean;
  readonly inbound: Traffic;
  readonly outbound: Traffic;
}

/** Of a message on the wire, in bytes. */
const HEADER = 24;
const onWire = ({ messages, bytes }: Traffic): number => bytes + messages * HEADER;

describeRealNode([rightsToTrace], "a real node's monitors", () => {
  const directory = temporaryDirectory();
  let node: BitcoinNode;
  let peer: BitcoinNode;
  let address: string;

  beforeAll(async () => {
    [node, peer] = await startTwoNodes(directory);
    await node.rpc("createwallet", "wallet");
    address = await node.rpc("getnewaddress");
    await node.rpc("generatetoaddress", 110, address);
  });
  afterAll(() => Promise.all([node.stop(), peer.stop()]));

  /** Attaches, and gives the last snapshot whenever it is asked for. */
  async function monitor(
    name: string,
    line = name,
  ): Promise<() => Record<string, unknown> | undefined> {
    const command = new RunningCommand([name, "-t", String(node.pid), "--json"]);
    await command.worker();
    return () => command.lines.findLast(({ tracepoint }) => tracepoint === `corelens:${line}`);
  }

  it("count the same for a peer as the node, while it is connected", async () => {
    const last = await monitor("p2p-monitor", "peers");
    const peers = () => (last()?.peers ?? []) as readonly SeenPeer[];
    await peer.rpc("addnode", `127.0.0.1:${node.port}`, "onetry");
    await node.rpc("generatetoaddress", 3, address);
    await until("the figures are those of getpeerinfo", async () => {
      const expected = await node.query<PeerInfo[]>("getpeerinfo");
      const seen = peers();
      return (
        seen.length === 1 &&
        expected.length === 1 &&
        expected[0]!.bytesrecv > 1000 &&
        onWire(seen[0]!.inbound) === expected[0]!.bytesrecv &&
        onWire(seen[0]!.outbound) === expected[0]!.bytessent
      );
    });
    const [info] = await node.query<PeerInfo[]>("getpeerinfo");
    expect(peers()[0]).toMatchObject({
      peer_id: info!.id,
      address: info!.addr,
      connection_type: info!.connection_type,
      network: "unroutable",
      whole: true,
    });
    await node.rpc("disconnectnode", info!.addr);
    await until("the peer left", () => peers().length === 0);
  });

  it("include mempool-monitor, which counts the same transactions as the node", async () => {
    const last = await monitor("mempool-monitor", "mempool");
    for (let i = 0; i < 5; i++) await node.rpc("sendtoaddress", address, 1);
    const txid = await node.rpc("sendtoaddress", address, 1);
    await node.rpc("bumpfee", txid);
    const { size, bytes } = await node.query<{ size: number; bytes: number }>("getmempoolinfo");
    await until("all are counted", () => (last()?.added as { total: number })?.total === 7);
    expect(last()).toMatchObject({
      removed: { total: 1 },
      replaced: { total: 1 },
      replacements: 1,
      growth_vbytes: bytes,
    });
    expect(size).toBe(6);
    await node.rpc("generatetoaddress", 1, address);
    await until("all are gone", () => last()?.growth_vbytes === 0);
    expect(last()?.removal_reasons).toEqual({ replaced: 1, block: 6 });
  });
});
