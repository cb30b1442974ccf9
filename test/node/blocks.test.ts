import { chmodSync, copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parseResult } from "../../src/commands/block-benchmark/result.ts";
import { BITCOIND, BitcoinNode, describeRealNode } from "../helpers/bitcoin-node.ts";
import { RunningCommand } from "../helpers/command.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { rightsToTrace } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";

interface PeerInfo {
  readonly id: number;
  readonly addr: string;
  readonly connection_type: string;
}

interface BlockInfo {
  readonly height: number;
  readonly nTx: number;
  readonly tx: readonly { readonly vin: readonly object[]; readonly vout: readonly Output[] }[];
}

interface Output {
  readonly scriptPubKey: { readonly type: string };
}

interface Step {
  readonly stage: string;
  readonly peer_id?: number;
  readonly took_ns: number;
}

const BLOCKS = 120;

/** miner ──► node ──► listener: the node in the middle is traced. */
describeRealNode([rightsToTrace], "blocks of real nodes", () => {
  const directory = temporaryDirectory();
  const program = join(directory, "bin", "bitcoind");
  let miner: BitcoinNode;
  let node: BitcoinNode;
  let listener: BitcoinNode;
  let address: string;

  beforeAll(async () => {
    // A program of its own: the benchmark names it by its path before it runs.
    mkdirSync(dirname(program));
    for (const path of [program, join(dirname(program), "bitcoin-cli")]) {
      copyFileSync(join(dirname(BITCOIND!), basename(path)), path);
    }
    [miner, node, listener] = await Promise.all([
      BitcoinNode.start(join(directory, "miner")),
      BitcoinNode.start(join(directory, "node")),
      BitcoinNode.start(join(directory, "listener"), { program }),
    ]);
    await miner.rpc("createwallet", "wallet");
    address = await miner.rpc("getnewaddress");
    await miner.rpc("generatetoaddress", BLOCKS - 1, address);
    await node.rpc("addnode", `127.0.0.1:${miner.port}`, "onetry");
    await listener.rpc("addnode", `127.0.0.1:${node.port}`, "onetry");
    // Transactions are relayed only once the tip is recent.
    await agreed();
    await miner.rpc("generatetoaddress", 1, address);
    await agreed();
  });
  afterAll(() => Promise.all([miner.stop(), node.stop(), listener.stop()]));

  const agreed = () =>
    until("all nodes have the same tip", async () => {
      const tips = await Promise.all(
        [miner, node, listener].map((each) => each.rpc("getbestblockhash")),
      );
      return new Set(tips).size === 1;
    });

  it("have the steps that the nodes report", async () => {
    const command = new RunningCommand(["timeline", "--target", String(node.pid), "--json"]);
    await command.worker();
    for (let i = 0; i < 3; i++) await miner.rpc("sendtoaddress", address, 1);
    await until("the node has the transactions", async () => {
      return (await node.query<string[]>("getrawmempool")).length === 3;
    });
    const hashes: string[] = [];
    for (let i = 0; i < 2; i++) {
      hashes.push(...(await miner.query<string[]>("generatetoaddress", 1, address)));
      await agreed();
    }
    const printed = () => command.lines.filter(({ tracepoint }) => tracepoint === "corelens:block");
    await until("both blocks are printed", () => printed().length === 2);

    const peers = await node.query<PeerInfo[]>("getpeerinfo");
    const source = peers.find(({ connection_type }) => connection_type === "manual")!;
    for (const [i, hash] of hashes.entries()) {
      const block = await node.query<BlockInfo>("getblock", hash, 2);
      const life = printed()[i]!;
      const inputs = block.tx.flatMap(({ vin }) => vin).length;
      const coins = block.tx
        .flatMap(({ vout }) => vout)
        .filter(({ scriptPubKey }) => scriptPubKey.type !== "nulldata").length;
      expect(life).toMatchObject({
        ...{ hash, height: block.height },
        announcements: [
          { peer_id: source.id, address: source.addr, connection_type: "manual", at_ns: 0 },
        ],
        block: { transactions: block.nTx, inputs },
        coins: { added: coins, spent: inputs - 1 },
        removed: i === 0 ? { block: 3, conflict: 0 } : null,
        relay: { peers: 1 },
      });
      const steps = life.stages as readonly Step[];
      const names = steps.map(({ stage }) => stage);
      expect(names.indexOf("received")).toBeGreaterThanOrEqual(0);
      expect(names.indexOf("received")).toBeLessThan(names.indexOf("checked"));
      expect(names.includes("mempool")).toBe(i === 0);
      for (const { peer_id, took_ns } of steps) {
        expect(took_ns).toBeGreaterThanOrEqual(0);
        if (peer_id !== undefined) expect(peer_id).toBe(source.id);
      }
    }
    command.process.kill("SIGINT");
    await command.ended;
    expect(command.lines.at(-1)).toMatchObject({ tracepoint: "corelens:totals", lost: 0 });
  });

  it("have the same durations in a reindex as in the node's own log, block by block", async () => {
    const output = join(directory, "results");
    mkdirSync(output);
    chmodSync(output, 0o777);
    chmodSync(directory, 0o755);
    const path = join(output, "a.json");
    await listener.stop();
    const command = new RunningCommand([
      ...["block-benchmark", "1", String(BLOCKS), "--target", program],
      ...["--output", path, "--json"],
    ]);
    await command.worker();
    await listener.start("-reindex", "-debug=bench");
    await until("the benchmark is over", () => command.exitStatus !== null);
    await command.ended;
    expect(command.exitStatus).toBe(0);

    const { blocks, elapsed } = parseResult(readFileSync(path, "utf8"), path);
    expect(blocks.map(({ height }) => height)).toEqual(
      Array.from({ length: BLOCKS }, (_, i) => i + 1),
    );
    const log = readFileSync(join(listener.directory, "regtest/debug.log"), "utf8");
    const times = connectingTimes(log);
    for (const [i, { duration_ns }] of blocks.entries()) {
      // Each of the four parts is rounded to 0.01 ms.
      expect(Math.abs(duration_ns / 1e6 - times[i]!), `block ${i + 1}`).toBeLessThan(0.03);
    }
    const total = blocks.reduce((sum, { duration_ns }) => sum + duration_ns, 0);
    expect(elapsed).toBeGreaterThan(total);
    expect(command.lines.find(({ tracepoint }) => tracepoint === "corelens:summary")).toMatchObject(
      {
        ...{ blocks: BLOCKS, first_height: 1, last_height: BLOCKS, lost: 0 },
        ...{ elapsed_ns: elapsed, connecting_ns: total },
      },
    );
  });
});

/** What the tracepoint's duration consists of, in ms, by block, as -debug=bench logs it. */
function connectingTimes(log: string): number[] {
  const part = (name: string) =>
    [...log.matchAll(new RegExp(`- ${name}: ([0-9.]+)ms`, "g"))].map(([, ms]) => Number(ms));
  const parts = ["Sanity checks", "Fork checks", "Verify \\d+ txins", "Write undo data"].map(part);
  return parts[0]!.map((_, i) => parts.reduce((sum, times) => sum + times[i]!, 0));
}
