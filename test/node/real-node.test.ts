import { afterAll, beforeAll, expect, it } from "vitest";
import type { RawEvent } from "../../src/event/event.ts";
import type { StreamEvent } from "../../src/event/notice.ts";
import { attach } from "../../src/session/attach/attach.ts";
import { type BitcoinNode, describeRealNode, startTwoNodes } from "../helpers/bitcoin-node.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { rightsToTrace } from "../helpers/needs.ts";
import { everything, Recorder, until, withoutNotices } from "../helpers/stream.ts";

interface PeerInfo {
  readonly id: number;
  readonly bytesrecv_per_msg: Readonly<Record<string, number>>;
  readonly bytessent_per_msg: Readonly<Record<string, number>>;
}

interface NetTotals {
  readonly totalbytesrecv: number;
}

const named = (events: readonly StreamEvent[], name: string): RawEvent[] =>
  withoutNotices(events).filter(({ tracepoint }) => tracepoint === name);

/** Bytes on the wire by message type: a header has 24. */
function bytesPerMessage(events: readonly StreamEvent[], name: string): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { msg_type, size } of named(events, name)) {
    sums[String(msg_type)] = (sums[String(msg_type)] ?? 0) + Number(size) + 24;
  }
  return sums;
}

describeRealNode([rightsToTrace], "a real node", () => {
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

  const blockCount = () => node.query<number>("getblockcount");

  it("fires an event for each block that it connects, with hash and height", async () => {
    const session = attach({ target: node.pid, tracepoints: ["validation:block_connected"] });
    const before = await blockCount();
    const hashes = await node.query<string[]>("generatetoaddress", 5, address);
    const events = named(await everything(session), "validation:block_connected");
    expect(await blockCount()).toBe(before + events.length);
    expect(events).toMatchObject(
      hashes.map((hash, i) => ({ hash, height: before + 1 + i, transactions: 1 })),
    );
  });

  it("fires events for the transactions that enter its mempool, with fee and size, and for those that a block removes", async () => {
    const session = attach({ target: node.pid, tracepoints: ["mempool:*", "utxocache:*"] });
    for (let i = 0; i < 3; i++) await node.rpc("sendtoaddress", address, 1);
    const entries = await node.query<Record<string, { vsize: number; fees: { base: number } }>>(
      "getrawmempool",
      "true",
    );
    const [hash] = await node.query<string[]>("generatetoaddress", 1, address);
    const block = await node.query<{ tx: string[] }>("getblock", hash!);
    const events = await everything(session);

    const added = named(events, "mempool:added");
    expect(Object.fromEntries(added.map(({ txid, vsize, fee }) => [txid, { vsize, fee }]))).toEqual(
      Object.fromEntries(
        Object.entries(entries).map(([txid, { vsize, fees }]) => [
          txid,
          { vsize, fee: Math.round(fees.base * 1e8) },
        ]),
      ),
    );
    const removed = named(events, "mempool:removed");
    expect(removed.map(({ reason }) => reason)).toEqual(["block", "block", "block"]);
    expect(new Set(removed.map(({ txid }) => txid))).toEqual(new Set(block.tx.slice(1)));
    const coins = named(events, "utxocache:add").map(({ txid }) => txid);
    expect(coins).toEqual(expect.arrayContaining(block.tx));
  });

  it("fires events for a replacement and a rejection", async () => {
    const session = attach({ target: node.pid, tracepoints: ["mempool:*"] });
    const txid = await node.rpc("sendtoaddress", address, 1);
    const bumped = await node.query<{ txid: string; fee: number; origfee: number }>(
      "bumpfee",
      txid,
    );
    const missing = JSON.stringify([{ txid: "11".repeat(32), vout: 0 }]);
    const outputs = JSON.stringify({ [address]: 1 });
    const raw = await node.rpc("createrawtransaction", missing, outputs);
    await expect(node.rpc("sendrawtransaction", raw)).rejects.toThrow("missingorspent");
    const { txid: refused } = await node.query<{ txid: string }>("decoderawtransaction", raw);

    const events = await everything(session);
    expect(named(events, "mempool:replaced")).toMatchObject([
      {
        replaced_txid: txid,
        replaced_fee: Math.round(bumped.origfee * 1e8),
        replacement_id: bumped.txid,
        replacement_fee: Math.round(bumped.fee * 1e8),
      },
    ]);
    expect(named(events, "mempool:rejected")).toContainEqual(
      expect.objectContaining({ txid: refused, reason: "bad-txns-inputs-missingorspent" }),
    );
  });

  it("fires events for the messages and bytes that it counts for its peer", async () => {
    const recorder = new Recorder(
      attach({ target: node.pid, tracepoints: ["net:*"], fields: ["*"] }),
    );
    const before = await node.query<NetTotals>("getnettotals");
    await peer.rpc("addnode", `127.0.0.1:${node.port}`, "onetry");
    await until("blocks are synchronised", async () => {
      return (await peer.query<number>("getblockcount")) === (await blockCount());
    });
    await node.rpc("sendtoaddress", address, 1);
    await peer.rpc("ping");

    let info: PeerInfo | undefined;
    let received: Record<string, number> = {};
    await until("as much is traced as is counted", async () => {
      [info] = await node.query<PeerInfo[]>("getpeerinfo");
      const { totalbytesrecv } = await node.query<NetTotals>("getnettotals");
      received = bytesPerMessage(recorder.events, "net:inbound_message");
      const sent = bytesPerMessage(recorder.events, "net:outbound_message");
      return (
        "ping" in received &&
        isEqual(received, info?.bytesrecv_per_msg) &&
        isEqual(sent, info?.bytessent_per_msg) &&
        sum(received) === totalbytesrecv - before.totalbytesrecv
      );
    });
    expect(Object.keys(received)).toEqual(expect.arrayContaining(["version", "verack"]));
    await peer.rpc("disconnectnode", `127.0.0.1:${node.port}`);
    await recorder.until("the end of the connection", (events) =>
      events.some(({ tracepoint }) => tracepoint === "net:closed_connection"),
    );
    const events = await recorder.stop();

    const connection = { peer_id: info!.id, connection_type: "inbound", network: "unroutable" };
    expect(named(events, "net:inbound_connection")).toMatchObject([
      { ...connection, inbound_count: 1 },
    ]);
    expect(named(events, "net:closed_connection")).toMatchObject([connection]);
    for (const { size, payload, unreadable } of named(events, "net:outbound_message")) {
      expect(unreadable).toBeUndefined();
      expect(payload).toHaveLength(Number(size));
    }
  });

  it("continues in the stream when it is restarted", async () => {
    const recorder = new Recorder(
      attach({ target: node.pid, tracepoints: ["validation:block_connected"] }),
    );
    const former = node.pid;
    await node.rpc("generatetoaddress", 1, address);
    await node.stop();
    await node.start();
    // The peer runs the same program, so the successor's events are wanted only once it is known.
    await recorder.until("the successor is told", (events) =>
      events.some((event) => event.tracepoint === "corelens:attached" && event.pid === node.pid),
    );
    await node.rpc("generatetoaddress", 1, address);
    const events = await recorder.stop();
    expect(events).toContainEqual(
      expect.objectContaining({ tracepoint: "corelens:ended", pid: former }),
    );
    expect(named(events, "validation:block_connected").map((event) => event.pid)).toEqual([
      former,
      node.pid,
    ]);
  });
});

const sum = (bytes: Record<string, number>) =>
  Object.values(bytes).reduce((total, each) => total + each, 0);

const isEqual = (a: object, b: object | undefined) =>
  JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b ?? {}).sort());
