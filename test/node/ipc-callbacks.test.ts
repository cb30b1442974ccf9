import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IPC_EVENTS, summaryOf } from "../../src/node/ipc/events.ts";
import type { BitcoinNode } from "../helpers/bitcoin-node.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { generate, startIpcNode, TRACE_NODE, Watch } from "../helpers/ipc-node.ts";
import { until } from "../helpers/stream.ts";

const EVERYTHING = "chain,utxo,block_tip,header_tip,connections,network_active,bans";

(TRACE_NODE ? describe : describe.skip)("callbacks (needs CORELENS_IPC_NODE)", () => {
  const directory = temporaryDirectory();
  let node: BitcoinNode;
  let peer: BitcoinNode;
  let watch: Watch;
  let blocks: string[];

  beforeAll(async () => {
    const start = (name: string) => startIpcNode(TRACE_NODE!, join(directory, name));
    [node, peer] = await Promise.all([start("node"), start("peer")]);
    blocks = await generate(node, 110);
    // Coins are on disk only then.
    await node.stop();
    await node.start();
    watch = new Watch(node, "--callbacks", EVERYTHING);
    await watch.attached(15);
  });
  afterAll(async () => {
    watch.process.kill("SIGTERM");
    await Promise.all([node.stop(), peer.stop()]);
  });

  const last = async (name: string, fields: object = {}): Promise<void> => {
    await until(`${name} comes`, () => watch.named(name).length > 0);
    expect(watch.named(name).at(-1)).toMatchObject({ pid: node.pid, ...fields });
  };

  /** Spends a coinbase that anybody can spend. */
  async function spend(height: number, fee: number, sequence = 0xfffffffd): Promise<string> {
    const block = await node.query<{ tx: string[] }>("getblock", blocks[height - 1]!);
    const inputs = JSON.stringify([{ txid: block.tx[0], vout: 0, sequence }]);
    const address = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
    const amount = (50 - fee).toFixed(8);
    const raw = await node.rpc("createrawtransaction", inputs, `{"${address}":${amount}}`);
    return raw;
  }

  it("arrive for each event, with the same values as from RPC", async () => {
    const raw = await spend(1, 0.001);
    const txid = await node.rpc("sendrawtransaction", raw, "0");
    const { vsize } = await node.query<{ vsize: number }>("getmempoolentry", txid);
    await last("ipc:transaction_added_to_mempool", { txid, vsize, thread: expect.any(String) });

    const replacement = await node.rpc("sendrawtransaction", await spend(1, 0.01), "0");
    await last("ipc:transaction_removed_from_mempool", { txid, vsize, reason: "REPLACED" });

    const [hash] = await generate(node, 1);
    const block = await node.query<Record<string, unknown>>("getblock", hash!);
    await last("ipc:block_connected", {
      hash,
      height: block.height,
      prev_hash: block.previousblockhash,
      size: block.size,
      validated: true,
      historical: false,
    });
    await last("ipc:updated_block_tip");
    await last("ipc:tip_changed", { hash, height: 111 });
    await last("ipc:block_tip", { hash, height: 111, sync_state: "POST_INIT" });
    await last("ipc:header_tip", { height: 111, block_time: block.time });
    await last("ipc:utxo_spent", { vout: 0, value: 5_000_000_000, is_coinbase: true, height: 1 });
    expect(
      watch.named("ipc:utxo_added").filter((event) => event.txid === replacement),
    ).toContainEqual(expect.objectContaining({ value: 4_999_000_000, vout: 0, height: 111 }));

    await node.rpc("invalidateblock", hash!);
    await last("ipc:block_disconnected", { hash, height: 111 });
    await node.rpc("reconsiderblock", hash!);

    await node.rpc("gettxoutsetinfo");
    await last("ipc:chain_state_flushed", { validated: true });

    await node.rpc("addnode", `127.0.0.1:${peer.port}`, "onetry");
    await last("ipc:connections_changed", { connections: 1 });
    await node.rpc("setnetworkactive", "false");
    await last("ipc:network_active_changed", { active: false });
    await node.rpc("setban", "192.0.2.7", "add");
    await last("ipc:banned_list_changed");

    // A transaction that is refused lets go of the coins that it was checked with.
    await node.rpc("sendrawtransaction", await spend(2, -1)).catch(() => {});
    await last("ipc:utxo_uncached", { height: 2, is_coinbase: true, value: 5_000_000_000 });

    const missing = Object.keys(IPC_EVENTS).filter((name) => watch.named(name).length === 0);
    expect(missing).toEqual([]);
    expect(watch.named("corelens:error")).toEqual([]);
    expect(summaryOf(Buffer.from(raw, "hex"))).toEqual({ txid, vsize });
  });

  it("are in order, complete and readable", async () => {
    const before = watch.named("ipc:block_connected").length;
    const made = await generate(node, 100);
    await until("all come", () => watch.named("ipc:block_connected").length >= before + 100);
    expect(
      watch
        .named("ipc:block_connected")
        .slice(before)
        .map(({ hash }) => hash),
    ).toEqual(made);
    const times = watch.events.flatMap(({ ktime }) => (ktime === undefined ? [] : [Number(ktime)]));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(watch.events.filter(({ unreadable }) => unreadable)).toEqual([]);
    expect(watch.named("corelens:lost")).toEqual([]);
  });
});
