import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fromWire } from "../../src/dashboard/protocol/wire.ts";
import type { Sections } from "../../src/model/sections.ts";
import type { Status } from "../../src/model/status.ts";
import { describeRealNode } from "../helpers/bitcoin-node.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { rightsToTrace } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";
import { dashboardOf, type PeerInfo, TracedNetwork } from "../helpers/traced-network.ts";
import { browser as chromium, figures, health, height, launch, openPage, rows } from "./browser.ts";

/** Size of a message header on the wire, in bytes. */
const HEADER = 24;
const TRACEPOINTS = 20;
const grouped = (number: number) => number.toLocaleString("en");

interface Block {
  readonly height: number;
  readonly nTx: number;
  readonly tx: readonly { readonly vin: readonly object[] }[];
}

describeRealNode([rightsToTrace, chromium], "the dashboard of a real node", () => {
  const directory = temporaryDirectory();
  let network: TracedNetwork;
  let browser: Browser;

  beforeAll(async () => {
    [network, browser] = await Promise.all([TracedNetwork.start(directory), launch()]);
  }, 180_000);
  afterAll(() => Promise.all([browser?.close(), network?.stop()]));

  const block = (hash: string) => network.node.query<Block>("getblock", hash, 2);
  const view = async <Name extends keyof Sections>(url: string, section: Name) =>
    fromWire(await (await fetch(`${url}/api/view/${section}`)).json()) as Sections[Name];

  it("shows the figures of bitcoin-cli on the overview", async () => {
    const { node } = network;
    const url = await dashboardOf(node);
    await network.connect();
    const { page, errors } = await openPage(browser, url);
    for (let i = 0; i < 4; i++) await node.rpc("sendtoaddress", network.foreign, 1);
    const hash = await network.mine();
    for (let i = 0; i < 3; i++) await node.rpc("sendtoaddress", network.foreign, 1);

    const connections = await node.query<{ connections_in: number; connections_out: number }>(
      "getnetworkinfo",
    );
    const { connections_in, connections_out } = connections;
    expect(connections_in + connections_out).toBe(await node.query<number>("getconnectioncount"));
    const about = `${connections_out} outbound and ${connections_in} inbound peers`;
    const { size } = await node.query<{ size: number }>("getmempoolinfo");
    const { nTx } = await block(hash);
    const count = await node.query<number>("getblockcount");
    await until("the page says what the node says", async () => {
      const shown = await figures(page);
      const [newest] = await rows(page, "Last blocks");
      return (
        (await height(page)) === count &&
        shown["Mempool transactions"] === grouped(size) &&
        shown["Mempool added"] === "7" &&
        newest?.hash === hash &&
        newest.height === grouped(count) &&
        newest.transactions === grouped(nTx) &&
        (await health(page)).some((line) => line.includes(about))
      );
    });
    const { headline } = fromWire(await (await fetch(`${url}/api/status`)).json()) as Status;
    expect(headline.status).not.toBe("problem");
    expect(errors).toEqual([]);
  }, 180_000);

  it("shows all peers of the node, with the counts of the node", async () => {
    const { node } = network;
    const url = await dashboardOf(node);
    await network.connect();
    await node.rpc("ping");
    const { page } = await openPage(browser, `${url}/peers`);
    const onWire = (messages: number, bytes: number) => bytes + HEADER * messages;
    await until("every byte is counted", async () => {
      const peers = await network.peers();
      const seen = (await view(url, "peers")).peers.filter(({ closed }) => closed === null);
      const { traffic } = await view(url, "overview");
      const sum = (of: keyof PeerInfo & `bytes${string}_per_msg`, type: string) =>
        peers.reduce((total, peer) => total + (peer[of][type] ?? 0), 0);
      // Peers of earlier tests are closed: getpeerinfo does not return them.
      return (
        seen.length === 2 &&
        peers.every((peer) => {
          const ours = seen.find(({ id }) => id === peer.id);
          return (
            ours !== undefined &&
            peer.bytesrecv_per_msg.pong !== undefined &&
            onWire(ours.in.messages, ours.in.bytes) === peer.bytesrecv &&
            onWire(ours.out.messages, ours.out.bytes) === peer.bytessent
          );
        }) &&
        traffic.types.length > 10 &&
        traffic.types.every(
          ({ type, in: received, out: sent }) =>
            onWire(received.messages, received.bytes) === sum("bytesrecv_per_msg", type) &&
            onWire(sent.messages, sent.bytes) === sum("bytessent_per_msg", type),
        )
      );
    });
    await until("the table has what the node says", async () => {
      const shown = (await rows(page, "Peers")).filter(
        (row) => !row["last message"]?.includes("closed"),
      );
      const expected = await network.peers();
      return (
        shown.length === expected.length &&
        expected.every(({ id, addr, connection_type, subver }) =>
          shown.some(
            (row) =>
              row.peer === String(id) &&
              row.address === addr &&
              row["connection type"] === connection_type &&
              row["user agent"] === subver,
          ),
        )
      );
    });
    const reports = (await view(url, "peers")).reports!;
    for (const peer of await network.peers()) {
      expect(reports.find(({ peer_id }) => peer_id === peer.id)).toMatchObject({
        network: peer.network,
        connection_type: peer.connection_type,
      });
    }
  }, 180_000);

  it("draws the node and its peers, and names their number", async () => {
    const { node } = network;
    const url = await dashboardOf(node);
    await network.connect();
    const { page } = await openPage(browser, `${url}/network`);
    const canvas = page.getByRole("application", {
      name: "The node and 2 peers, 1 of them inbound",
    });
    await canvas.waitFor();
    await until("it is drawn", () =>
      canvas.evaluate((element) => {
        const { width, height } = element as HTMLCanvasElement;
        const drawing = (element as HTMLCanvasElement).getContext("2d")!;
        const pixels = new Uint32Array(drawing.getImageData(0, 0, width, height).data.buffer);
        return new Set(pixels).size > 10;
      }),
    );
    await node.rpc("ping");
    await page.getByRole("button", { name: "ping", exact: true }).waitFor();
  }, 180_000);

  it("shows a block as the node reports it, and which peer announced it first", async () => {
    const { node } = network;
    const url = await dashboardOf(node);
    await network.connect();
    const { page } = await openPage(browser, `${url}/blocks`);
    for (let i = 0; i < 3; i++) await node.rpc("sendtoaddress", network.foreign, 1);
    const hash = await network.mine();
    const { height, nTx, tx } = await block(hash);
    const inputs = tx.flatMap(({ vin }) => vin).length;
    await until("it is there", async () => (await view(url, "blocks")).blocks[0]?.hash === hash);
    const source = (await network.peers()).find(({ inbound }) => !inbound)!;
    const [newest] = (await view(url, "blocks")).blocks;
    expect(newest).toMatchObject({ hash, height, block: { transactions: nTx, inputs } });
    expect(newest!.messages[0]).toMatchObject({ direction: "in", peer_id: source.id, at_ns: 0 });
    await until("the page shows it", async () => {
      const [row] = await rows(page, "Last blocks");
      return (
        row?.height === grouped(height) &&
        row.transactions === grouped(nTx) &&
        row.inputs === grouped(inputs) &&
        row["first announced by"]?.endsWith(`peer ${source.id}`) === true
      );
    });
    await page.getByText(hash).first().waitFor();
  }, 180_000);

  it("lists all tracepoints, loses nothing, and shows the events that pass a query", async () => {
    const { node } = network;
    const url = await dashboardOf(node);
    await network.connect();
    const query = 'msg_type == "ping" && size == 8';
    const where = encodeURIComponent(query);
    const { page } = await openPage(browser, `${url}/tracepoints?where=${where}`);
    await page.getByRole("list", { name: "Events, newest first" }).waitFor();
    await node.rpc("ping");
    const txid = await node.rpc("sendtoaddress", network.foreign, 1);
    await until("the miner has the payment", async () =>
      (await network.miner.query<string[]>("getrawmempool")).includes(txid),
    );
    await network.mine();
    const lines = page.getByRole("list", { name: "Events, newest first" }).getByRole("listitem");
    await until("both pings are shown", async () => (await lines.count()) >= 2);
    for (const line of await lines.allInnerTexts()) {
      expect(line.replace(/\s+/g, " ")).toContain("msg_type ping size 8");
    }
    const expected = [
      ...["net:inbound_message", "net:outbound_message", "net:inbound_connection"],
      ...["net:outbound_connection", "mempool:added", "mempool:removed"],
      ...["validation:block_connected", "utxocache:add", "utxocache:spent"],
      ...["coin_selection:selected_coins", "coin_selection:normal_create_tx_internal"],
    ];
    await until("all of it passed", async () => {
      const { tracepoints } = await view(url, "tracepoints");
      const passed = tracepoints.filter(({ delivered }) => delivered > 0).map(({ name }) => name);
      return expected.every((name) => passed.includes(name));
    });
    const { tracepoints } = await view(url, "tracepoints");
    expect(tracepoints).toHaveLength(TRACEPOINTS);
    expect(tracepoints.map(({ lost }) => lost)).toEqual(new Array(TRACEPOINTS).fill(0));
    const shown = (await figures(page)).tracepoints;
    expect(shown).toBe(String(TRACEPOINTS));
  }, 180_000);
});
