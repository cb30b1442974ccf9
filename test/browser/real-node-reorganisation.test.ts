import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fromWire } from "../../src/dashboard/protocol/wire.ts";
import type { Sections } from "../../src/model/sections.ts";
import type { Status } from "../../src/model/status.ts";
import { describeRealNode } from "../helpers/bitcoin-node.ts";
import { RunningCommand } from "../helpers/command.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { rightsToTrace } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";
import { dashboardOf, TracedNetwork } from "../helpers/traced-network.ts";
import { api, browser as chromium, launch, openPage, rows } from "./browser.ts";

interface Tip {
  readonly height: number;
  readonly hash: string;
  readonly branchlen: number;
  readonly status: string;
}

interface Unspent {
  readonly txid: string;
  readonly vout: number;
}

/** Transactions of the replaced block that stay valid. */
const PAYMENTS = 3;

describeRealNode([rightsToTrace, chromium], "reorganisations of a real node", () => {
  let network: TracedNetwork;
  let browser: Browser;

  beforeAll(async () => {
    [network, browser] = await Promise.all([TracedNetwork.start(temporaryDirectory()), launch()]);
  }, 180_000);
  afterAll(() => Promise.all([browser?.close(), network?.stop()]));

  /** A transaction of the node's wallet that spends this coin and is not sent. */
  const spending = async ({ txid, vout }: Unspent, amount: number): Promise<string> => {
    const inputs = JSON.stringify([{ txid, vout }]);
    const raw = await network.node.rpc(
      "createrawtransaction",
      inputs,
      JSON.stringify({ [network.foreign]: amount }),
    );
    const signed = await network.node.query<{ hex: string }>("signrawtransactionwithwallet", raw);
    return signed.hex;
  };

  const watching = async (...args: string[]): Promise<RunningCommand> => {
    const command = new RunningCommand([...args, "--target", String(network.node.pid), "--json"]);
    await command.worker();
    return command;
  };

  const finished = async (command: RunningCommand): Promise<Record<string, unknown>[]> => {
    command.process.kill("SIGINT");
    await command.ended;
    return command.lines;
  };

  it("are the same in every tool, in getchaintips and in getrawmempool", async () => {
    const { node, miner, foreign, own } = network;
    await network.connect();
    const url = await dashboardOf(node);
    const [trace, timeline] = [
      await watching("trace", "validation:*", "mempool:*"),
      await watching("timeline"),
    ];

    // Both nodes mine alone: one mines its payments and one version of a transaction, the other mines the other version.
    await node.rpc("setnetworkactive", "false");
    await until("the node is alone", async () => (await network.peers()).length === 0);
    const [coin] = await node.query<Unspent[]>("listunspent", 101);
    const [mine, theirs] = [await spending(coin!, 49.998), await spending(coin!, 49.999)];
    await node.rpc("sendrawtransaction", mine);
    for (let i = 0; i < PAYMENTS; i++) await node.rpc("sendtoaddress", foreign, 1);
    const [stale] = await node.query<string[]>("generatetoaddress", 1, own);
    expect(await node.query<string[]>("getrawmempool")).toEqual([]);
    await miner.rpc("sendrawtransaction", theirs);
    await miner.rpc("generatetoaddress", 2, foreign);
    await node.rpc("setnetworkactive", "true");
    await network.connect();

    const tips = await node.query<Tip[]>("getchaintips");
    const left = tips.find(({ status }) => status === "valid-fork")!;
    const active = tips.find(({ status }) => status === "active")!;
    expect(left.hash).toBe(stale);
    expect(await node.query<string[]>("getrawmempool")).toHaveLength(PAYMENTS);
    const text = `Reorganisation at ${left.height}: 1 block replaced, ${PAYMENTS} transactions returned to the mempool, 1 no longer valid`;

    const status = async () => fromWire(await (await fetch(`${url}/api/status`)).json()) as Status;
    await until("the headline tells of it", async () =>
      (await status()).headline.message.startsWith(text),
    );
    const told = {
      ...{ height: left.height, depth: left.branchlen, replaced: [stale] },
      ...{ returned: PAYMENTS, dropped: 1, tip_height: active.height, tip_hash: active.hash },
    };
    const linesWith = (lines: readonly Record<string, unknown>[], name: string, value: string) =>
      lines.filter((line) => line[name] === value);
    expect(linesWith(await finished(trace), "tracepoint", "corelens:reorganisation")).toMatchObject(
      [told],
    );
    expect(
      linesWith(await finished(timeline), "tracepoint", "corelens:reorganisation"),
    ).toMatchObject([told]);

    const { page, errors } = await openPage(browser, `${url}/blocks`);
    await page.getByRole("heading", { name: "Reorganisations" }).waitFor();
    expect(await rows(page, "Reorganisations")).toMatchObject([
      { "from height": String(left.height), blocks: "1", invalid: "1" },
    ]);
    const { blocks } = await api<Sections["blocks"]>(page, "/api/view/blocks");
    expect(blocks.filter((block) => block.stale).map(({ hash }) => hash)).toEqual([stale]);
    const row = page.locator("tr.stale");
    expect(await row.innerText()).toMatch(/stale/);
    expect(
      await row
        .locator("td")
        .last()
        .evaluate((cell) => getComputedStyle(cell).textDecorationLine),
    ).toBe("line-through");
    expect(errors).toEqual([]);
  });

  it("are none when a block is invalidated and reconsidered, and one when another is mined meanwhile", async () => {
    const { node, own } = network;
    const url = await dashboardOf(node);
    const found = async () =>
      (fromWire(await (await fetch(`${url}/api/view/blocks`)).json()) as Sections["blocks"])
        .reorganisations;
    await node.rpc("setnetworkactive", "false");
    await node.rpc("sendtoaddress", own, 1);
    const [first] = await node.query<string[]>("generatetoaddress", 1, own);
    await node.rpc("invalidateblock", first!);
    await node.rpc("reconsiderblock", first!);
    const [second] = await node.query<string[]>("generatetoaddress", 1, own);
    await until("the second block is seen", async () =>
      (
        fromWire(await (await fetch(`${url}/api/view/blocks`)).json()) as Sections["blocks"]
      ).blocks.some(({ hash }) => hash === second),
    );
    expect(await found()).toEqual([]);
    await node.rpc("invalidateblock", first!);
    await node.rpc("generateblock", own, "[]");
    await until("it is found", async () => (await found()).length === 1);
    expect(await found()).toMatchObject([{ depth: 2, replaced: [first, second] }]);
  });
});
