import { copyFileSync, mkdirSync, renameSync, statSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Status } from "../../src/model/status.ts";
import { BITCOIND, BitcoinNode, describeRealNode } from "../helpers/bitcoin-node.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { rightsToTrace } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";
import { dashboardOf } from "../helpers/traced-network.ts";
import { api, browser as chromium, figures, height, launch, openPage } from "./browser.ts";

describeRealNode([rightsToTrace, chromium], "pages of a real node", () => {
  const directory = temporaryDirectory();
  const program = join(directory, "bitcoind");
  let browser: Browser;

  beforeAll(async () => {
    copyFileSync(BITCOIND!, program);
    symlinkSync(join(dirname(BITCOIND!), "bitcoin-cli"), join(directory, "bitcoin-cli"));
    mkdirSync(join(directory, "node"));
    browser = await launch();
  });
  afterAll(() => browser?.close());

  const mine = (node: BitcoinNode) => node.rpc("generatetodescriptor", 1, "raw(51)");

  /** Waits for its new pid and height, and for the events of a new block. */
  async function expectAlive(page: Page, node: BitcoinNode): Promise<void> {
    await page.getByText("The node ended").first().waitFor({ state: "detached" });
    const stream = async () => (await api<Status>(page, "/api/status")).stream;
    await until("it is traced again", async () => {
      const { state, pid } = await stream();
      return state === "attached" && pid === node.pid;
    });
    const count = await node.query<number>("getblockcount");
    await until("the height is right", async () => (await height(page)) === count);
    await mine(node);
    await until("a new block is seen", async () => (await height(page)) === count + 1);
    await until(
      "RPC is asked again",
      async () => (await figures(page))["Mempool transactions"] === "0",
    );
  }

  it("report that the node stopped, and continue when it is back, also with another binary", async () => {
    const node = await BitcoinNode.start(join(directory, "node"), { program });
    try {
      await mine(node);
      const { page, errors } = await openPage(browser, await dashboardOf(node));
      await expectAlive(page, node);

      await node.stop();
      await page.getByText("The node ended").first().waitFor();
      expect((await api<Status>(page, "/api/status")).headline.status).toBe("problem");
      await node.start();
      await expectAlive(page, node);

      const before = statSync(program).ino;
      copyFileSync(program, `${program}.new`);
      renameSync(`${program}.new`, program);
      expect(statSync(program).ino).not.toBe(before);
      await node.stop();
      await page.getByText("The node ended").first().waitFor();
      await node.start();
      await expectAlive(page, node);
      expect(errors).toEqual([]);
    } finally {
      await node.stop();
    }
  }, 240_000);
});
