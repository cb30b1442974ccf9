import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Status } from "../../src/model/status.ts";
import { RunningCommand } from "../helpers/command.ts";
import { describeNeeding, rightsToTrace } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";
import { api, browser as chromium, launch, openPage } from "./browser.ts";

/** The same options start the same node; no other test uses this seed. */
async function simulate(): Promise<RunningCommand> {
  const node = new RunningCommand(["simulate", "--seed", "808017", "--speed", "5"]);
  await until("the node runs", () => node.stdout.includes("simulated node"));
  return node;
}

describeNeeding([chromium, rightsToTrace], "pages of a node that stops", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  const status = (page: Page) => api<Status>(page, "/api/status");

  it("report it, and continue when it is back", async () => {
    const node = await simulate();
    const command = new RunningCommand([
      ...["--target", String(node.process.pid), "--no-rpc", "--port", "0", "--no-open"],
    ]);
    await until("it is served", () => command.stdout.includes("http://"));
    const url = /http:\S+/.exec(command.stdout)![0];
    const { page: overview, errors } = await openPage(browser, url);
    const { page: peers } = await openPage(browser, `${url}/peers`);
    await peers.locator("tbody tr").first().waitFor();
    node.process.kill("SIGKILL");
    for (const page of [overview, peers]) await ended(page).waitFor();
    await overview.locator(".headline").getByText("waiting for ").waitFor();
    const before = await status(overview);
    expect(before.stream.state).toBe("ended");

    const again = await simulate();
    for (const page of [overview, peers]) {
      await ended(page).waitFor({ state: "detached" });
    }
    await until("its events come", async () => (await status(overview)).eventRate > 0);
    expect((await status(overview)).stream).toMatchObject({
      state: "attached",
      pid: again.process.pid,
    });
    await peers.locator("tbody tr:not(.idle)").first().waitFor();
    expect(errors).toEqual([]);
  }, 120_000);
});

/** The notice above a page; the page Overview lists the end as an incident, too. */
function ended(page: Page): Locator {
  return page.locator(".notice", { hasText: "The node ended" });
}
