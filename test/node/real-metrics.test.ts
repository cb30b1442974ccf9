import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BITCOIND, BitcoinNode } from "../helpers/bitcoin-node.ts";
import { RunningCommand } from "../helpers/command.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { until } from "../helpers/stream.ts";
import { series, seriesOf } from "../metrics/collected.ts";

const describeNode = BITCOIND ? describe : describe.skip;
const name = (text: string) =>
  BITCOIND ? text : `${text} (skipped: CORELENS_BITCOIND is not set)`;

describeNode(name("metrics of a real node"), () => {
  const directory = temporaryDirectory();

  it("agree with the node's own figures", async () => {
    const node = await BitcoinNode.start(join(directory, "node"));
    const peer = await BitcoinNode.start(join(directory, "peer"));
    const command = new RunningCommand([
      ...["metrics", "--target", `${node.pid}`, "--port", "0"],
      ...["--datadir", node.directory],
    ]);
    try {
      await until("it is attached", () => {
        if (command.exitStatus !== null) throw new Error(command.stderr);
        return command.stderr.includes("attached to");
      });
      const address = /http\S+/.exec(command.stdout)![0];
      const scrape = async () => seriesOf(await (await fetch(address)).text());
      await node.rpc("createwallet", "wallet");
      const own = await node.rpc("getnewaddress");
      await node.rpc("generatetoaddress", 105, own);
      await peer.rpc("addnode", `127.0.0.1:${node.port}`, "onetry");
      await until(
        "the peer has the blocks",
        async () => (await peer.rpc("getblockcount")) === "105",
      );
      for (let i = 0; i < 5; i++) await node.rpc("sendtoaddress", own, 1);
      await until("the node was asked", async () => {
        const found = await scrape();
        return (
          found.get("corelens_mempool_transactions") === 5 &&
          found.get(series("corelens_peers", { direction: "inbound", network: "unroutable" })) === 1
        );
      });
      const found = await scrape();
      const get = (name: string, labels: Record<string, string> = {}) =>
        found.get(series(name, labels));
      expect(get("corelens_attached")).toBe(1);
      expect(get("corelens_attached_tracepoints")).toBeGreaterThan(15);
      expect(get("corelens_node_up")).toBe(1);
      expect(get("corelens_blocks_connected_total")).toBe(105);
      expect(get("corelens_last_block_height")).toBe(105);
      expect(get("corelens_chain_height")).toBe(105);
      expect(get("corelens_block_connection_duration_seconds_count")).toBe(105);
      expect(get("corelens_mempool_added_total")).toBe(5);
      expect(get("corelens_mempool_vbytes")).toBe(get("corelens_mempool_added_vbytes_total"));
      expect(get("corelens_mempool_fees_satoshis")).toBe(
        get("corelens_mempool_added_fees_satoshis_total"),
      );
      expect(
        get("corelens_wallet_transactions_total", { attempt: "normal", success: "true" }),
      ).toBe(5);
      // What the node counts of a message is its payload and 24 bytes of header.
      const [about] = await node.query<PeerInfo[]>("getpeerinfo");
      for (const [direction, types] of [
        ["inbound", about!.bytesrecv_per_msg],
        ["outbound", about!.bytessent_per_msg],
      ] as const) {
        for (const message of ["version", "verack", "getheaders", "sendcmpct"]) {
          if (types[message] === undefined) continue;
          const labels = { direction, message };
          const bytes = get("corelens_p2p_message_bytes_total", labels)!;
          const messages = get("corelens_p2p_messages_total", labels)!;
          expect(bytes + 24 * messages, `${direction} ${message}`).toBe(types[message]);
        }
      }
    } finally {
      command.process.kill("SIGTERM");
      await command.ended;
      await Promise.all([node.stop(), peer.stop()]);
    }
    expect(command.exitStatus).toBe(0);
  }, 120_000);
});

interface PeerInfo {
  readonly bytesrecv_per_msg: Readonly<Record<string, number>>;
  readonly bytessent_per_msg: Readonly<Record<string, number>>;
}
