import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sha256d } from "../../src/bitcoin/hash.ts";
import type { StreamEvent } from "../../src/event/notice.ts";
import { NodeModel } from "../../src/model/node-model.ts";
import { BITCOIND, BitcoinNode } from "../helpers/bitcoin-node.ts";
import { RunningCommand } from "../helpers/command.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { jsonLines } from "../helpers/json-lines.ts";
import { RawPeer } from "../helpers/raw-peer.ts";
import { until, withoutNotices } from "../helpers/stream.ts";
import type { PeerInfo } from "../helpers/traced-network.ts";
import { read } from "../recording/recordings.ts";

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

const BETWEEN = 'net:inbound_message[msg_type == "tx"]..mempool:added';

/** Nanoseconds from each `tx` to the addition, as corelens counts them in a recording. */
async function durations(path: string): Promise<number[]> {
  const command = new RunningCommand(["trace", "--from", path, "--between", BETWEEN, "--json"]);
  await command.ended;
  return jsonLines(command.stdout).flatMap(({ duration_ns }) => duration_ns ?? []);
}

/** The same, by a search back from each addition. */
function searched(events: readonly StreamEvent[]): number[] {
  return withoutNotices(events).flatMap((added, i, all) => {
    if (added.tracepoint !== "mempool:added") return [];
    const from = all.slice(0, i).findLast(({ tid, msg_type, tracepoint }) => {
      return tid === added.tid && msg_type === "tx" && tracepoint === "net:inbound_message";
    });
    return from === undefined ? [] : [Number(added.ktime) - Number(from.ktime)];
  });
}

describe.skipIf(!BITCOIND)("causes on a real node (needs CORELENS_BITCOIND)", () => {
  let node: BitcoinNode;
  const directory = temporaryDirectory();
  beforeAll(async () => {
    const options = ["-acceptnonstdtxn=1", "-maxtxfee=100"];
    node = await BitcoinNode.start(join(directory, "node"), { options });
  });
  afterAll(() => node.stop());

  it("name the peer that sent each of a hundred transactions, and so do intervals and the model", async () => {
    const blocks = await node.query<string[]>(
      "generatetodescriptor",
      100 + TRANSACTIONS,
      "raw(51)",
    );
    const coinbases: string[] = [];
    for (const block of blocks.slice(0, TRANSACTIONS)) {
      coinbases.push((await node.query<{ tx: string[] }>("getblock", block)).tx[0]!);
    }
    const target = ["--target", String(node.pid)];
    const command = new RunningCommand([
      ...["trace", "mempool:added", "mempool:rejected", "--cause", "--json", ...target],
    ]);
    const intervals = new RunningCommand(["trace", "--between", BETWEEN, "--json", ...target]);
    const path = join(directory, "node.corelens");
    const recording = new RunningCommand(["record", path, "net:*", "mempool:*", ...target]);
    for (const each of [command, intervals])
      await until("it is attached", () => each.stdout.includes("corelens:attached"));
    await until("it records", () => recording.stderr.includes("recording"));
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
    for (const each of [command, intervals, recording]) {
      each.process.kill("SIGINT");
      await each.ended;
    }
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
    const measured = intervals.lines.filter(({ nth }) => nth === 1);
    expect(measured.map((each) => [each["to.txid"], each["from.peer_id"]])).toEqual(
      events().map(({ txid }) => [txid, sender.get(String(txid))]),
    );
    expect(intervals.lines.at(-2)).toMatchObject({ begun: TRANSACTIONS, unended: 0, unbegun: 0 });
    const recorded = await read(path);
    expect(await durations(path)).toEqual(searched(recorded.events));
    const model = new NodeModel(0);
    for (const event of recorded.events) model.see(event);
    const changes = model.view("mempool").recent;
    expect(changes.map(({ kind, txid, cause }) => [kind, txid, cause?.msg_type])).toEqual(
      events()
        .map(({ txid }) => ["added", txid, "tx"])
        .toReversed(),
    );
    for (const { txid, cause } of changes) expect(cause!.peer_id).toBe(sender.get(txid!));
    for (const id of ids) {
      const { types, effects } = model.detailsOf(id)!;
      expect(effects).toEqual({ added: TRANSACTIONS / 2, rejected: [], connected: 0 });
      expect(types.find(([type]) => type === "tx")![3]).toBeGreaterThan(0);
    }
  });
});
