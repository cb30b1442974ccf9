import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fromWire } from "../../src/dashboard/protocol/wire.ts";
import type { Sections } from "../../src/model/sections.ts";
import { describeRealNode } from "../helpers/bitcoin-node.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { rightsToTrace } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";
import { dashboardOf, TracedNetwork } from "../helpers/traced-network.ts";
import { browser as chromium, figures, launch, openPage, rows } from "./browser.ts";

const sat = (bitcoin: number) => Math.round(bitcoin * 1e8);
const grouped = (number: number) => number.toLocaleString("en");

interface Output {
  readonly scriptPubKey: { readonly type: string; readonly address?: string };
}

describeRealNode([rightsToTrace, chromium], "a real node's dashboard of money", () => {
  const directory = temporaryDirectory();
  let network: TracedNetwork;
  let browser: Browser;

  beforeAll(async () => {
    [network, browser] = await Promise.all([TracedNetwork.start(directory), launch()]);
    await network.connect();
  }, 180_000);
  afterAll(() => Promise.all([browser?.close(), network?.stop()]));

  const view = async <Name extends keyof Sections>(url: string, section: Name) =>
    fromWire(await (await fetch(`${url}/api/view/${section}`)).json()) as Sections[Name];

  it("shows added, replaced and rejected transactions with reasons", async () => {
    const { node, foreign } = network;
    const url = await dashboardOf(node);
    const { page } = await openPage(browser, `${url}/mempool`);
    const txid = await node.rpc("sendtoaddress", foreign, 1);
    const entry = await node.query<{ vsize: number; fees: { base: number } }>(
      "getmempoolentry",
      txid,
    );
    const { txid: bumped } = await node.query<{ txid: string }>("bumpfee", txid);
    const [coin] = await node.query<{ txid: string; vout: number; amount: number }[]>(
      "listunspent",
      100,
    );
    const raw = await node.rpc(
      "createrawtransaction",
      JSON.stringify([{ txid: coin!.txid, vout: coin!.vout }]),
      JSON.stringify({ [foreign]: coin!.amount + 1 }),
    );
    const { txid: greedy } = await node.query<{ txid: string }>("decoderawtransaction", raw);
    const refusal = await node.rpc("sendrawtransaction", raw).catch(({ stderr }) => String(stderr));

    const changes = async (txid: string) =>
      (await view(url, "mempool")).recent.filter((change) => change.txid === txid);
    await until("all is told", async () => (await changes(greedy)).length > 0);
    expect(await changes(txid)).toContainEqual(
      expect.objectContaining({
        ...{ kind: "added", vsize: entry.vsize, fee: sat(entry.fees.base) },
      }),
    );
    expect(await changes(txid)).toContainEqual(
      expect.objectContaining({
        kind: "replaced",
        replacement: expect.objectContaining({ id: bumped }),
        vsize: entry.vsize,
      }),
    );
    const [rejected] = await changes(greedy);
    expect(rejected).toMatchObject({ kind: "rejected", reason: expect.any(String) });
    expect(refusal).toContain(rejected!.reason);

    const rate = sat(entry.fees.base) / entry.vsize;
    await until("the page shows it", async () => {
      const table = await rows(page, "Transactions");
      const row = (what: string, txid: string) =>
        table.find((each) => each.event === what && each.txid === txid);
      const shown = await figures(page);
      return (
        row("added", txid)?.["sat/vB"] === rate.toFixed(rate >= 10 ? 1 : 2) &&
        row("added", txid)?.fee === `${grouped(sat(entry.fees.base))} sat` &&
        row("replaced", txid)?.reason?.includes(bumped.slice(-8)) === true &&
        row("rejected", greedy)?.reason === rejected!.reason &&
        shown.added === "2" &&
        shown.replaced === "1"
      );
    });
    const { size } = await node.query<{ size: number }>("getmempoolinfo");
    await until(
      "what RPC says is there too",
      async () => (await figures(page))["in the mempool"] === grouped(size),
    );
  }, 180_000);

  it("counts the coins that a block adds and spends, and flushes with their mode", async () => {
    const { node } = network;
    await node.rpc("sendtoaddress", network.foreign, 2);
    await until("the miner has it too", async () => {
      const [ours, theirs] = await Promise.all(
        [node, network.miner].map((each) => each.query<string[]>("getrawmempool")),
      );
      return ours!.length > 0 && ours!.length === theirs!.length;
    });
    const url = await dashboardOf(node);
    const { page } = await openPage(browser, `${url}/coins`);
    const hash = await network.mine();
    const { tx } = await node.query<{ tx: { vin: object[]; vout: Output[] }[] }>(
      "getblock",
      hash,
      2,
    );
    const added = tx
      .flatMap(({ vout }) => vout)
      .filter(({ scriptPubKey }) => scriptPubKey.type !== "nulldata").length;
    const spent = tx.flatMap(({ vin }) => vin).length - 1;
    expect(spent).toBeGreaterThan(0);
    await until("the page has them", async () => {
      const shown = await figures(page);
      return shown.added === grouped(added) && shown.spent === grouped(spent);
    });
    await node.rpc("gettxoutsetinfo");
    await until("the flush is told", async () => (await view(url, "coins")).flushes.length > 0);
    const [flush] = (await view(url, "coins")).flushes;
    expect(flush!.mode).toMatch(/^(ALWAYS|FORCE_)/);
    await until("the page shows it", async () => {
      const [row] = await rows(page, "Flushes to disk");
      return row?.mode === flush!.mode && row.coins === grouped(flush!.coins!);
    });
  }, 180_000);

  it("shows the fee and the change of a payment as the wallet does", async () => {
    const { node, foreign } = network;
    const url = await dashboardOf(node);
    const { page } = await openPage(browser, `${url}/wallet`);
    const sent: string[] = [];
    for (const amount of [1, 3, 60]) sent.push(await node.rpc("sendtoaddress", foreign, amount));
    await until("all are told", async () => {
      const { payments } = await view(url, "wallet");
      return payments.filter((one) => !one.avoidsPartialSpends && one.success).length === 3;
    });
    const wallet = await view(url, "wallet");
    const made = wallet.payments.filter(({ success }) => success);
    for (const txid of sent) {
      const { fee, decoded } = await node.query<{
        fee: number;
        decoded: { vout: Output[] };
      }>("gettransaction", txid, "true", "true");
      const change = decoded.vout.findIndex(({ scriptPubKey }) => scriptPubKey.address !== foreign);
      const payment = made.find((one) => one.fee === sat(-fee) && one.changePosition === change);
      expect(payment, txid).toBeDefined();
      await until("the page shows it", async () =>
        (await rows(page, "Payments")).some(
          (row) =>
            row.fee === `${grouped(sat(-fee))} sat` &&
            row.change === (change < 0 ? "none" : `output ${change}`),
        ),
      );
    }
    for (const { selection } of made) {
      expect(selection!.algorithm).not.toBe("");
      expect(selection!.selected).toBeGreaterThanOrEqual(selection!.target!);
    }
    const selections = wallet.payments.filter(({ selection }) => selection !== null).length;
    expect(wallet.selections).toBeGreaterThanOrEqual(selections);
    await until(
      "the page counts them",
      async () => (await figures(page)).selections === grouped(wallet.selections),
    );
  }, 180_000);
});
