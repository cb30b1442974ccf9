import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { BitcoinNode, describeRealNode } from "../helpers/bitcoin-node.ts";
import { RunningCommand } from "../helpers/command.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { rightsToTrace } from "../helpers/needs.ts";
import { RawPeer } from "../helpers/raw-peer.ts";
import { until } from "../helpers/stream.ts";

type Line = Record<string, unknown>;

describeRealNode([rightsToTrace], "the log of a real node", () => {
  let node: BitcoinNode;

  beforeAll(async () => {
    node = await BitcoinNode.start(join(temporaryDirectory(), "node"));
    await node.rpc("createwallet", "w");
    await node.rpc("generatetoaddress", 110, await node.rpc("getnewaddress"));
  }, 60_000);
  afterAll(() => node?.stop());

  async function logging() {
    const log = new RunningCommand(["log", "--follow", "--target", String(node.pid), "--json"]);
    const of = (kind: string): Line[] => log.lines.filter((line) => line.kind === kind);
    const seen = (kind: string, count = 1) =>
      until(`${count} of ${kind}`, () => of(kind).length >= count);
    await seen("corelens_started");
    const end = async () => {
      log.process.kill("SIGINT");
      await log.ended;
    };
    return { log, of, seen, end };
  }

  it("has a reorganisation with the depth that the node reports", async () => {
    const { of, seen, end } = await logging();
    const address = await node.rpc("getnewaddress");
    const txid = await node.rpc("sendtoaddress", address, 1);
    await node.rpc("generatetoaddress", 3, address);
    const [tip, fork] = [await node.rpc("getbestblockhash"), await node.rpc("getblockhash", 111)];
    await node.rpc("invalidateblock", fork);
    await node.rpc("generatetoaddress", 4, await node.rpc("getnewaddress"));
    await seen("reorganisation");
    await node.rpc("reconsiderblock", fork);
    const tips = await node.query<{ hash: string; branchlen: number }[]>("getchaintips");
    const depth = tips.find(({ hash }) => hash === tip)?.branchlen;
    expect(depth).toBe(3);
    expect(of("reorganisation")).toMatchObject([
      {
        severity: "alarm",
        pid: node.pid,
        object: { kind: "block", id: await node.rpc("getbestblockhash") },
        text: "3 blocks replaced at height 111; 1 transaction returned to the mempool",
        evidence: { depth, height: 111, returned: 1 },
      },
    ]);
    expect(
      (await node.query<{ confirmations: number }>("gettransaction", txid)).confirmations,
    ).toBeGreaterThan(0);
    await end();
  });

  it("has a peer's misbehaviour, and no incident when a peer is banned", async () => {
    const { log, of, seen, end } = await logging();
    const peer = await RawPeer.connect(node.port);
    // A headers message may have 2,000 headers.
    peer.send("headers", Uint8Array.of(0xfd, 0xd1, 0x07));
    await seen("misbehaviour");
    expect(of("misbehaviour")).toMatchObject([
      {
        severity: "info",
        object: { kind: "peer" },
        text: expect.stringMatching(
          /^Peer \d+ \(127\.0\.0\.1:\d+\) misbehaved: headers message size = 2001$/,
        ),
      },
    ]);
    peer.close();
    const before = log.lines.length;
    await node.rpc("setban", "203.0.113.0/24", "add");
    expect(log.lines.length).toBe(before);
    await end();
  });

  it("has the node's end, and its restart with the time that it was down", async () => {
    const { of, seen, end } = await logging();
    const former = node.pid;
    await node.stop();
    await seen("node_ended");
    expect(of("node_ended")[0]).toMatchObject({ severity: "warning", pid: former, end_time: null });
    await node.start();
    await seen("node_started");
    await seen("node_ended", 2);
    expect(of("node_started")).toMatchObject([{ pid: node.pid, evidence: { former_pid: former } }]);
    const [goesOn, over] = of("node_ended");
    expect(over).toMatchObject({ id: goesOn!.id, end_time: of("node_started")[0]!.time });
    expect(String(over!.text)).toMatch(/^The node ended \(pid \d+\) and was down for /);
    expect(of("stale_tip")).toEqual([]);
    await end();
  });
});
