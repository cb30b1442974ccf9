import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IpcConnection } from "../../src/node/ipc/ipc-connection.ts";
import { POLLS } from "../../src/node/ipc/polls.ts";
import type { BitcoinNode } from "../helpers/bitcoin-node.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { generate, RELEASE_NODE, socketOf, startIpcNode, TRACE_NODE } from "../helpers/ipc-node.ts";

interface PeerInfo {
  readonly [field: string]: unknown;
  readonly bytessent_per_msg: Readonly<Record<string, number>>;
  readonly bytesrecv_per_msg: Readonly<Record<string, number>>;
}

const satPerKvb = (btc: number): number => Math.round(btc * 1e8);

function describeNode(
  title: string,
  program: string | undefined,
  tests: (nodes: { node: BitcoinNode; ipc: IpcConnection }) => void,
): void {
  if (!program) {
    it.skip(
      `${title} (skipped: ${title === "a release" ? "no bitcoin-node beside CORELENS_BITCOIND" : "CORELENS_IPC_NODE names no bitcoin-node"})`,
    );
    return;
  }
  describe(title, () => {
    const directory = temporaryDirectory();
    const nodes = {} as { node: BitcoinNode; ipc: IpcConnection };
    let peer: BitcoinNode;

    beforeAll(async () => {
      nodes.node = await startIpcNode(program, join(directory, "node"));
      peer = await startIpcNode(program, join(directory, "peer"));
      await generate(nodes.node, 3);
      await peer.rpc("addnode", `127.0.0.1:${nodes.node.port}`, "onetry");
      await nodes.node.rpc("setban", "192.0.2.7", "add");
      nodes.ipc = await IpcConnection.open(socketOf(nodes.node));
      while ((await nodes.node.query<PeerInfo[]>("getpeerinfo"))[0]?.minping === undefined);
    });
    afterAll(async () => {
      nodes.ipc.close();
      await Promise.all([nodes.node.stop(), peer.stop()]);
    });

    it("returns its process id and its tip", async () => {
      const { node, ipc } = nodes;
      expect(ipc.pid).toBe(node.pid);
      const height = await node.query<number>("getblockcount");
      const hash = await node.rpc("getbestblockhash");
      expect(await ipc.mining!.getTip()).toEqual({ hash, height });
      expect(await ipc.mining!.isInitialBlockDownload()).toBe(false);
      expect(await ipc.mining!.isTestChain()).toBe(true);
    });

    it("reports a new tip at once, and the old one after the time-out", async () => {
      const { node, ipc } = nodes;
      const thread = await ipc.makeThread("test");
      const mining = ipc.miningOn(thread)!;
      const tip = (await mining.getTip())!;
      expect(await mining.waitTipChanged(tip.hash, 50)).toEqual(tip);
      const waiting = mining.waitTipChanged(tip.hash, 20_000);
      const [hash] = await generate(node, 1);
      expect(await waiting).toEqual({ hash, height: tip.height + 1 });
      thread.release();
    });

    it("answers concurrent calls on one thread, in order", async () => {
      const texts = Array.from({ length: 50 }, (_, i) => `${i}`);
      expect(await Promise.all(texts.map((text) => nodes.ipc.echo!.echo(text)))).toEqual(texts);
    });

    it("answers every poll that needs no argument", async () => {
      const { ipc } = nodes;
      const offered = ipc.offers.map((name) => name.toLowerCase());
      for (const [name, { parameters, run }] of Object.entries(POLLS)) {
        if (parameters.length > 0) continue;
        const answer = run(ipc, []);
        if (offered.includes(name.split(".")[0]!)) await answer;
        else await expect(answer).rejects.toMatchObject({ code: "IPC_UNSUPPORTED" });
      }
    });

    tests(nodes);
  });
}

describeNode("a release", RELEASE_NODE, (nodes) => {
  it("answers JSON-RPC calls, errors and batches", async () => {
    const rpc = nodes.ipc.rpc!;
    const ask = async (request: unknown) =>
      JSON.parse(await rpc.executeRpc(JSON.stringify(request)));
    const height = await nodes.node.query("getblockcount");
    expect(await ask({ method: "getblockcount", id: 1 })).toMatchObject({ result: height });
    expect(await ask({ method: "nonsense", id: 1 })).toMatchObject({ error: { code: -32601 } });
    const request = { jsonrpc: "2.0", method: "getblockcount" };
    expect(
      await ask([
        { ...request, id: 1 },
        { ...request, id: 2 },
      ]),
    ).toMatchObject([{ result: height }, { result: height }]);
  });
});

describeNode("a node with Node and Chain", TRACE_NODE, (nodes) => {
  it("returns the same peers as getpeerinfo", async () => {
    const { node, ipc } = nodes;
    const before = await node.query<PeerInfo[]>("getpeerinfo");
    const stats = await ipc.node!.getNodesStats();
    const after = await node.query<PeerInfo[]>("getpeerinfo");
    expect(stats.length).toBe(before.length);
    for (const [i, peer] of stats.entries()) {
      const info = before[i]!;
      expect(peer).toMatchObject({
        id: info.id,
        address: info.addr,
        bindAddress: info.addrbind,
        network: info.network,
        connectionType: info.connection_type,
        transport: info.transport_protocol_type,
        isInbound: info.inbound,
        version: info.version,
        userAgent: info.subver,
        services: Number(`0x${info.services}`),
        syncedHeaders: info.synced_headers,
        syncedBlocks: info.synced_blocks,
        inFlight: info.inflight,
        connectedAt: info.conntime,
        lastTransaction: info.last_transaction,
        lastBlock: info.last_block,
        isHighBandwidthTo: info.bip152_hb_to,
        isHighBandwidthFrom: info.bip152_hb_from,
        addressesProcessed: info.addr_processed,
        addressesRateLimited: info.addr_rate_limited,
        timeOffset: info.timeoffset,
      });
      expect(Number(peer.minPingUs)).toBeLessThanOrEqual(Math.round(Number(info.minping) * 1e6));
      for (const [ours, theirs] of [
        ["bytesSentByType", "bytessent_per_msg"],
        ["bytesReceivedByType", "bytesrecv_per_msg"],
      ] as const) {
        for (const [type, bytes] of Object.entries(peer[ours])) {
          expect(bytes).toBeGreaterThanOrEqual(info[theirs][type] ?? 0);
          expect(bytes).toBeLessThanOrEqual(after[i]![theirs][type]!);
        }
      }
    }
  });

  it("returns the same network state as getnetworkinfo, getnettotals and listbanned", async () => {
    const { node, ipc } = nodes;
    const info = await node.query<Record<string, unknown>>("getnetworkinfo");
    const [inbound, outbound, both] = [
      await ipc.node!.getNodeCount("inbound"),
      await ipc.node!.getNodeCount("outbound"),
      await ipc.node!.getNodeCount(),
    ];
    expect([inbound, outbound, both]).toEqual([
      info.connections_in,
      info.connections_out,
      info.connections,
    ]);
    expect(await ipc.node!.getNetworkActive()).toBe(info.networkactive);
    const totals = () => node.query<Record<string, number>>("getnettotals");
    const before = await totals();
    const received = await ipc.node!.getTotalBytesRecv();
    const sent = await ipc.node!.getTotalBytesSent();
    const after = await totals();
    expect(received).toBeGreaterThanOrEqual(before.totalbytesrecv!);
    expect(received).toBeLessThanOrEqual(after.totalbytesrecv!);
    expect(sent).toBeGreaterThanOrEqual(before.totalbytessent!);
    expect(sent).toBeLessThanOrEqual(after.totalbytessent!);
    const bans = await node.query<Record<string, unknown>[]>("listbanned");
    expect(await ipc.node!.getBanned()).toMatchObject(
      bans.map(({ address, banned_until }) => ({ address, banned_until })),
    );
  });

  it("returns the same chain state as getblockchaininfo", async () => {
    const { node, ipc } = nodes;
    const info = await node.query<Record<string, unknown>>("getblockchaininfo");
    expect(await ipc.node!.getNumBlocks()).toBe(info.blocks);
    expect(await ipc.node!.getBestBlockHash()).toBe(info.bestblockhash);
    expect(await ipc.node!.getHeaderTip()).toMatchObject({ height: info.headers });
    expect(await ipc.node!.getLastBlockTime()).toBe(info.time);
    expect(await ipc.node!.getVerificationProgress()).toBeCloseTo(
      info.verificationprogress as number,
    );
    expect(await ipc.node!.isInitialBlockDownload()).toBe(info.initialblockdownload);
    expect(await ipc.chain!.isInitialBlockDownload()).toBe(info.initialblockdownload);
    expect(await ipc.chain!.getHeight()).toBe(info.blocks);
    expect(await ipc.chain!.havePruned()).toBe(info.pruned);
    expect(await ipc.chain!.getPruneHeight()).toBeNull();
    expect(info.warnings).toContain(await ipc.node!.getWarnings());
    expect(await ipc.chain!.shutdownRequested()).toBe(false);
  });

  it("returns the same mempool and fees as getmempoolinfo and estimatesmartfee", async () => {
    const { node, ipc } = nodes;
    const info = await node.query<Record<string, number>>("getmempoolinfo");
    expect(await ipc.node!.getMempoolSize()).toBe(info.size);
    expect(await ipc.node!.getMempoolDynamicUsage()).toBe(info.usage);
    expect(await ipc.node!.getMempoolMaxUsage()).toBe(info.maxmempool);
    const [mempool, relay, incremental] = [
      await ipc.chain!.mempoolMinFee(),
      await ipc.chain!.relayMinFee(),
      await ipc.chain!.relayIncrementalFee(),
    ];
    expect(relay).toBe(satPerKvb(info.minrelaytxfee!));
    expect(incremental).toBe(satPerKvb(info.incrementalrelayfee!));
    // What the RPC shows as mempoolminfee is the larger one.
    expect(Math.max(mempool, relay)).toBe(satPerKvb(info.mempoolminfee!));
    const estimate = await node.query<Record<string, unknown>>("estimatesmartfee", 6);
    expect(estimate.feerate).toBeUndefined();
    expect(await ipc.chain!.estimateSmartFee(6)).toMatchObject({ feeRate: null });
  });

  it("accepts the thread of another call, and refuses a foreign thread", async () => {
    const other = await IpcConnection.open(socketOf(nodes.node));
    const foreign = await other.makeThread("test");
    await expect(nodes.ipc.miningOn(foreign)!.getTip()).rejects.toMatchObject({
      code: "IPC_REFUSED",
    });
    other.close();
    expect(await nodes.ipc.mining!.getTip()).not.toBeNull();
  });
});
