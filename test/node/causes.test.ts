import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sha256d } from "../../src/bitcoin/hash.ts";
import { BITCOIND, BitcoinNode } from "../helpers/bitcoin-node.ts";
import { RunningCommand } from "../helpers/command.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { RawPeer } from "../helpers/raw-peer.ts";
import { until } from "../helpers/stream.ts";
import type { PeerInfo } from "../helpers/traced-network.ts";

const TRANSACTIONS = 100;

/** Spends a coinbase that anyone can spend, to two outputs that anyone can spend. */
function spending(coinbase: string): Buffer {
  const output = "a0860100000000000151";
  return Buffer.concat([
    Buffer.from("0200000001", "hex"),
    Buffer.from(coinbase, "hex").reverse(),
    Buffer.from(`0000000000ffffffff02${output}${output}00000000`, "hex"),
  ]);
}

const txidOf = (transaction: Buffer) => Buffer.from(sha256d(transaction)).reverse().toString("hex");

describe.skipIf(!BITCOIND)("causes on a real node (needs CORELENS_BITCOIND)", () => {
  let node: BitcoinNode;
  const directory = temporaryDirectory();
  beforeAll(async () => {
    const options = ["-acceptnonstdtxn=1", "-maxtxfee=100"];
    node = await BitcoinNode.start(join(directory, "node"), { options });
  });
  afterAll(() => node.stop());

  it("name the peer that sent each of a hundred transactions", async () => {
    const blocks = await node.query<string[]>(
      "generatetodescriptor",
      100 + TRANSACTIONS,
      "raw(51)",
    );
    const coinbases: string[] = [];
    for (const block of blocks.slice(0, TRANSACTIONS)) {
      coinbases.push((await node.query<{ tx: string[] }>("getblock", block)).tx[0]!);
    }
    const command = new RunningCommand([
      ...["trace", "mempool:added", "mempool:rejected", "--cause", "--json"],
      ...["--target", String(node.pid)],
    ]);
    await until("it is attached", () => command.stdout.includes("corelens:attached"));
    const peers = [await RawPeer.connect(node.port), await RawPeer.connect(node.port)];
    const ids = (await node.query<PeerInfo[]>("getpeerinfo")).map(({ id }) => id);
    const sender = new Map<string, number>();
    for (const [index, coinbase] of coinbases.entries()) {
      const transaction = spending(coinbase);
      sender.set(txidOf(transaction), ids[index % 2]!);
      peers[index % 2]!.send("tx", transaction);
    }
    const events = () =>
      command.lines.filter(({ tracepoint }) => String(tracepoint).startsWith("mempool:"));
    await until("all are in the mempool", () => events().length >= TRANSACTIONS);
    for (const peer of peers) peer.close();
    command.process.kill("SIGINT");
    await command.ended;
    expect(
      events().map(({ tracepoint, txid, cause_type, cause_peer }) => ({
        ...{ tracepoint, txid, cause_type, cause_peer },
      })),
    ).toEqual(
      events().map(({ txid }) => ({
        ...{
          tracepoint: "mempool:added",
          txid,
          cause_type: "tx",
          cause_peer: sender.get(String(txid)),
        },
      })),
    );
    expect(new Set(events().map(({ txid }) => txid)).size).toBe(TRANSACTIONS);
  });
});
