import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { serializeGetBlockTransactions } from "../../src/bitcoin/compact-block.ts";
import {
  type DecodedMessage,
  decodeMessage,
  type WholeMessage,
} from "../../src/bitcoin/decode/message.ts";
import { displayHash, hashFromDisplay, sha256d } from "../../src/bitcoin/hash.ts";
import { serializeGetHeaders } from "../../src/bitcoin/headers.ts";
import { INVENTORY, serializeInventory } from "../../src/bitcoin/inventory.ts";
import type { MessageType } from "../../src/bitcoin/message-types.ts";
import { ByteWriter } from "../../src/bitcoin/writer.ts";
import type { StreamEvent } from "../../src/event/notice.ts";
import { attach } from "../../src/session/attach/attach.ts";
import { type BitcoinNode, describeRealNode, startTwoNodes } from "../helpers/bitcoin-node.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { rightsToTrace } from "../helpers/needs.ts";
import { RawPeer } from "../helpers/raw-peer.ts";
import type { RpcTransaction } from "../helpers/rpc-transaction.ts";
import { everything, until, withoutNotices } from "../helpers/stream.ts";

const transactionTold = (transaction: RpcTransaction) => ({
  txid: transaction.txid,
  wtxid: transaction.hash,
  size: transaction.size,
  vsize: transaction.vsize,
  weight: transaction.weight,
  version: transaction.version,
  inputs: transaction.vin.map(({ coinbase, txid, vout, scriptSig, sequence, txinwitness }) => ({
    txid: coinbase === undefined ? txid : "00".repeat(32),
    vout: coinbase === undefined ? vout : 0xffff_ffff,
    script_sig: coinbase ?? scriptSig.hex,
    sequence,
    ...(txinwitness && { witness: txinwitness }),
  })),
  outputs: transaction.vout.map(({ value, scriptPubKey }) => ({
    value: Math.round(value * 1e8),
    script_pubkey: scriptPubKey.hex,
  })),
  lock_time: transaction.locktime,
});

/** As getblockheader and getblock have it. */
interface RpcHeader {
  readonly hash: string;
  readonly version: number;
  readonly previousblockhash: string;
  readonly merkleroot: string;
  readonly time: number;
  readonly bits: string;
  readonly nonce: number;
}

const headerTold = (header: RpcHeader) => ({
  hash: header.hash,
  version: header.version,
  previous_block: header.previousblockhash,
  merkle_root: header.merkleroot,
  time: header.time,
  bits: header.bits,
  nonce: header.nonce,
});

const decoded = (events: readonly StreamEvent[]): DecodedMessage[] =>
  withoutNotices(events)
    .filter(({ tracepoint }) => tracepoint.endsWith("bound_message"))
    .map(({ msg_type, payload, size }) =>
      decodeMessage(msg_type as string, payload as Uint8Array, size as number),
    );

describeRealNode([rightsToTrace], "messages of a real node", () => {
  const directory = temporaryDirectory();
  let node: BitcoinNode;
  let peer: BitcoinNode;
  let messages: DecodedMessage[];
  let sent: string[];
  let mined: string[];
  let info: { subver: string; version: number; services: string }[];

  const ofType = <Type extends MessageType>(type: Type) =>
    messages.filter((message) => message.type === type) as WholeMessage<Type>[];

  beforeAll(async () => {
    mkdirSync(join(directory, "node"));
    const options = ["blockfilterindex=1", "peerblockfilters=1", "peerbloomfilters=1"];
    writeFileSync(join(directory, "node", "bitcoin.conf"), `${options.join("\n")}\n`);
    [node, peer] = await startTwoNodes(directory);
    await node.rpc("createwallet", "wallet");
    const address = await node.rpc("getnewaddress");
    const legacy = await node.rpc("getnewaddress", "", "legacy");
    await node.rpc("generatetoaddress", 110, address);
    const session = attach({
      target: node.pid,
      tracepoints: ["net:*_message"],
      fields: ["*"],
    });
    const isSynchronised = async () =>
      (await peer.rpc("getbestblockhash")) === (await node.rpc("getbestblockhash"));

    await peer.rpc("addnode", `127.0.0.1:${node.port}`, "onetry");
    await until("blocks are synchronised", isSynchronised);
    sent = [];
    for (const to of [address, legacy, address]) sent.push(await node.rpc("sendtoaddress", to, 1));
    await until("transactions are relayed", async () => {
      return (await peer.query<string[]>("getrawmempool")).length === sent.length;
    });
    mined = await node.query<string[]>("generatetoaddress", 2, address);
    await until("new blocks are relayed", isSynchronised);
    info = await node.query("getpeerinfo");
    messages = decoded(await everything(session));
  });
  afterAll(() => Promise.all([node.stop(), peer.stop()]));

  it("have known types and are decoded to the last byte", () => {
    const odd = messages.filter(
      (message) =>
        message.type === "unknown" || message.incomplete !== undefined || "trailing" in message,
    );
    expect(odd).toEqual([]);
    expect(messages.map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        "version",
        "verack",
        "sendcmpct",
        "ping",
        "pong",
        "feefilter",
        "inv",
      ]),
    );
  });

  it("have the same version of the peer as the node's RPC", () => {
    const { subver, version, services } = info[0]!;
    expect(ofType("version")).toContainEqual(
      expect.objectContaining({
        version,
        services: Number.parseInt(services, 16),
        user_agent: subver,
        start_height: 0,
      }),
    );
  });

  it("have the same transactions as the node decodes", async () => {
    const transactions = ofType("tx");
    expect(new Set(transactions.map(({ txid }) => txid))).toEqual(new Set(sent));
    for (const { type, ...told } of transactions) {
      const raw = (await node.query<{ hex: string }>("gettransaction", told.txid)).hex;
      expect(told).toEqual(
        transactionTold(await node.query<RpcTransaction>("decoderawtransaction", raw)),
      );
    }
  });

  it("have the same blocks and headers as the node decodes", async () => {
    const blocks = ofType("block");
    expect(blocks.length).toBeGreaterThan(50);
    for (const { header, transactions } of [...blocks.slice(0, 10), ...blocks.slice(-3)]) {
      const told = await node.query<RpcHeader & { tx: RpcTransaction[] }>(
        "getblock",
        header.hash,
        2,
      );
      expect(header).toEqual(headerTold(told));
      expect(transactions).toEqual(told.tx.map(transactionTold));
    }
    const headers = ofType("headers").flatMap((message) => message.headers);
    const told = await node.query<RpcHeader>("getblockheader", headers[0]!.hash);
    expect(headers[0]).toEqual(headerTold(told));
  });

  it("have new blocks as compact blocks", async () => {
    const compact = ofType("cmpctblock").filter(({ header }) => mined.includes(header.hash));
    expect(compact).not.toEqual([]);
    for (const { header, short_ids, prefilled } of compact) {
      const block = await node.query<{ tx: string[] }>("getblock", header.hash);
      expect(short_ids.length + prefilled.length).toBe(block.tx.length);
      expect(prefilled.map(({ index, transaction }) => [index, transaction.txid])).toEqual([
        [0, block.tx[0]],
      ]);
    }
  });

  it("have the same filters and proofs as the node's RPC, and the sent requests", async () => {
    const { height, hash } = await node.query<{ height: number; hash: string }>(
      "getblockheader",
      mined[0]!,
    );
    await until("the filters are made", async () => {
      const index = await node.query<Record<string, { best_block_height: number }>>("getindexinfo");
      return index["basic block filter index"]!.best_block_height >= height;
    });
    const session = attach({ target: node.pid, tracepoints: ["net:*_message"], fields: ["*"] });
    const raw = await RawPeer.connect(node.port);
    onTestFinished(() => raw.close());
    const asked = hashFromDisplay(hash);
    const range = new ByteWriter().u8(0).u32(height).bytes(asked).finish();
    raw.send("getcfilters", range);
    raw.send("getcfheaders", range);
    raw.send("getcfcheckpt", new ByteWriter().u8(0).bytes(asked).finish());
    // One hash function and a filter of ones match everything.
    const matchAll = Uint8Array.of(0xff);
    raw.send("filterload", new ByteWriter().varBytes(matchAll).u32(1).u32(0).u8(0).finish());
    raw.send("filteradd", new ByteWriter().varBytes(asked).finish());
    raw.send("getdata", serializeInventory([{ kind: INVENTORY.filteredBlock, hash: asked }]));
    raw.send("filterclear", new Uint8Array(0));
    raw.send("getblocks", serializeGetHeaders({ version: 70016, locator: [], stop: asked }));
    raw.send("getblocktxn", serializeGetBlockTransactions({ blockHash: asked, indexes: [0, 2] }));
    raw.send("ping", Uint8Array.of());
    raw.send("spam", Uint8Array.of(1, 2, 3));
    const answers = ["cfilter", "cfheaders", "cfcheckpt", "merkleblock", "inv", "blocktxn"];
    for (const type of answers) await raw.until(type);
    messages = decoded(await everything(session));

    const { filter, header } = await node.query<{ filter: string; header: string }>(
      "getblockfilter",
      hash,
    );
    const block = await node.query<RpcHeader & { tx: RpcTransaction[] }>("getblock", hash, 2);
    const { header: previous } = await node.query<{ header: string }>(
      "getblockfilter",
      block.previousblockhash,
    );
    expect(ofType("cfilter")).toEqual([
      { type: "cfilter", filter_type: 0, block_hash: hash, filter },
    ]);
    const [headers] = ofType("cfheaders");
    expect(headers).toMatchObject({ stop_hash: hash, previous_filter_header: previous });
    const links = [headers!.filter_hashes[0]!, previous].map(hashFromDisplay);
    expect(displayHash(sha256d(Buffer.concat(links)))).toBe(header);
    expect(ofType("cfcheckpt")).toEqual([
      { type: "cfcheckpt", filter_type: 0, stop_hash: hash, filter_headers: [] },
    ]);
    expect(ofType("merkleblock")).toMatchObject([
      { header: headerTold(block), transaction_count: block.tx.length },
    ]);
    expect(ofType("merkleblock")[0]!.hashes).toEqual(block.tx.map(({ txid }) => txid));
    expect(ofType("blocktxn")).toEqual([
      {
        type: "blocktxn",
        block_hash: hash,
        transactions: [block.tx[0]!, block.tx[2]!].map(transactionTold),
      },
    ]);
    expect(ofType("getblocktxn")).toEqual([
      { type: "getblocktxn", block_hash: hash, indexes: [0, 2] },
    ]);
    const filtered = { filter_type: 0, start_height: height, stop_hash: hash };
    expect(ofType("getcfilters")).toEqual([{ type: "getcfilters", ...filtered }]);
    expect(ofType("getcfheaders")).toEqual([{ type: "getcfheaders", ...filtered }]);
    expect(ofType("filterload")).toEqual([
      { type: "filterload", filter: "ff", hash_functions: 1, tweak: 0, flags: 0 },
    ]);
    expect(ofType("getblocks")).toMatchObject([{ locator: [], stop: hash }]);
    expect(ofType("ping")).toContainEqual({ type: "ping", nonce: null });
    expect(messages).toContainEqual({ type: "unknown", msg_type: "spam", payload: "010203" });
  });
});
