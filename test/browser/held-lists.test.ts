import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeNeeding } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";
import { browser as chromium, demo, launch, openPage } from "./browser.ts";

/** Time for several messages of the server, which move a list that is not held. */
const WHILE_MS = 2500;

/** A page of a simulated node that has run for a while. */
async function pageOf(
  browser: Browser,
  path: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const { url } = await demo("--port", "0");
  const { page } = await openPage(browser, `${url}${path}`, options);
  page.setDefaultTimeout(8000);
  return page;
}

describeNeeding([chromium], "a list whose rows move", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  const transactions = async (): Promise<{ page: Page; list: Locator }> => {
    const page = await pageOf(browser, "/mempool");
    const list = page.getByRole("region", { name: "Transactions", exact: true }).first();
    await list.locator("tbody tr").nth(12).waitFor();
    await list.evaluate((element) => element.scrollIntoView());
    return { page, list };
  };
  const pill = (list: Locator) => list.getByRole("button", { name: /^\+[\d,]+ new$/ });
  const firstOf = (list: Locator): Promise<string> => list.locator("tbody tr").first().innerText();

  /** Expects that no row moves while rows come, and that the list counts them. */
  const standsStill = async (page: Page, list: Locator): Promise<void> => {
    const before = await firstOf(list);
    await pill(list).waitFor();
    await page.waitForTimeout(WHILE_MS);
    expect(await firstOf(list)).toBe(before);
    const told = await pill(list).innerText();
    expect(Number(told.replace(/\D/g, ""))).toBeGreaterThan(1);
  };

  describe("keeps its rows and counts new ones", () => {
    it("while the pointer is on it, and no longer", async () => {
      const { page, list } = await transactions();
      await list.locator("tbody tr").nth(3).hover();
      await standsStill(page, list);
      const before = await firstOf(list);
      await page.mouse.move(5, 5);
      await until("it moves on", async () => (await firstOf(list)) !== before);
      expect(await pill(list).count()).toBe(0);
    }, 60_000);

    it("while it is scrolled away from its top, until it is resumed", async () => {
      const { page, list } = await transactions();
      const rows = list.locator(".virtual");
      await until("it can be scrolled", () =>
        rows.evaluate(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight + 200),
      );
      await rows.evaluate((element) => element.scrollTo(0, 120));
      await standsStill(page, list);
      const before = await firstOf(list);
      await list.getByRole("button", { name: "Resume" }).click();
      await page.mouse.move(5, 5);
      expect(await rows.evaluate((element) => element.scrollTop)).toBe(0);
      await until("it moves on", async () => (await firstOf(list)) !== before);
    }, 60_000);

    it("while something in it has the focus", async () => {
      const { page, list } = await transactions();
      await list.locator(".virtual").focus();
      await standsStill(page, list);
    }, 60_000);

    it("while something in it is selected", async () => {
      const { page, list } = await transactions();
      await list
        .locator("tbody tr")
        .nth(2)
        .evaluate((row) => getSelection()!.selectAllChildren(row));
      await standsStill(page, list);
    }, 60_000);

    it("until the button shows the new rows", async () => {
      const { page, list } = await transactions();
      await list.locator("tbody tr").nth(3).hover();
      await standsStill(page, list);
      const before = await firstOf(list);
      await pill(list).click();
      await until("the newest are shown", async () => (await firstOf(list)) !== before);
      // The pointer is still there: the rows stay.
      await standsStill(page, list);
    }, 60_000);

    it("on a phone, which has no pointer", async () => {
      const page = await pageOf(browser, "/mempool", {
        viewport: { width: 390, height: 844 },
        hasTouch: true,
        isMobile: true,
      });
      const list = page.getByRole("region", { name: "Transactions", exact: true }).first();
      await list.locator("tbody tr").nth(12).waitFor();
      await list.getByRole("button", { name: "Pause" }).tap();
      await standsStill(page, list);
      await pill(list).tap();
      await list.getByRole("button", { name: "Pause" }).waitFor();
    }, 60_000);
  });

  it("gives the whole id of a transaction when it is copied or selected", async () => {
    const { page, list } = await transactions();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await list.locator("tbody tr").nth(1).hover();
    const row = list
      .locator("tbody tr")
      .filter({ has: page.getByRole("button") })
      .first();
    const copy = row.getByRole("button", { name: /^Copy [0-9a-f]{64}$/ });
    const id = /[0-9a-f]{64}/.exec((await copy.getAttribute("aria-label"))!)![0];
    await copy.click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(id);

    const text = row.locator(".hash > span").first();
    await text.click();
    expect(await page.evaluate(() => getSelection()!.toString())).toBe(id);
  }, 60_000);

  it("keeps the order of peers that are sorted by a changing value", async () => {
    const page = await pageOf(browser, "/peers?sort=last");
    const table = page.locator(".virtual");
    const ids = () => table.getByRole("button", { name: /^Follow peer/ }).allInnerTexts();
    await table.locator("tbody tr").nth(5).waitFor();
    await table.locator("tbody tr").nth(2).hover();
    const before = await ids();
    await page.waitForTimeout(WHILE_MS);
    expect(await ids()).toEqual(before);
    // A new sort order applies at once, also with the pointer on the list.
    await table.getByRole("button", { name: "peer", exact: true }).click();
    await until("they are sorted", async () => {
      const now = (await ids()).map(Number);
      return now.length > 5 && now.every((id, i) => i === 0 || now[i - 1]! < id);
    });
  }, 60_000);
});

describeNeeding([chromium], "the history of recent events", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    it(`is the first result of a query, in sight at ${viewport.width}x${viewport.height}`, async () => {
      const page = await pageOf(browser, "/tracepoints", { viewport });
      const box = page.getByLabel("Query that events have to pass");
      await box.waitFor();
      await page.waitForTimeout(3000);
      const asked = await page.evaluate(() => Date.now());
      await box.fill('msg_type == "inv"');
      await box.press("Enter");
      const rows = page.locator(".tail li");
      await rows.nth(5).waitFor({ timeout: 2000 });
      expect(await rows.nth(5).isVisible()).toBe(true);
      expect(await page.evaluate(() => scrollY)).toBe(0);
      // Read in one step, because the rows move.
      const end = await page.evaluate(
        () => document.querySelectorAll(".tail li")[1]!.getBoundingClientRect().bottom,
      );
      expect(end).toBeLessThan(viewport.height);
      const found = page.getByText(/[\d,]+ match(es)? in the last \d+ (s|min)/);
      await found.waitFor({ timeout: 1000 });
      const oldest = await rows.last().locator("time").innerText();
      expect(oldest < new Date(asked).toTimeString().slice(0, 8)).toBe(true);
      const before = await rows.first().innerText();
      await page.mouse.move(5, 5);
      await until("it goes on live", async () => (await rows.first().innerText()) !== before);
    }, 60_000);
  }

  it("is reported as empty when a query finds nothing", async () => {
    const page = await pageOf(browser, "/tracepoints");
    const box = page.getByLabel("Query that events have to pass");
    await box.fill("size > 3MB");
    await box.press("Enter");
    await page.getByText(/^No match in the last \d+ (s|min)\. New ones appear here/).waitFor();
  }, 60_000);

  it("is the beginning of a conversation", async () => {
    const page = await pageOf(browser, "/peers?sort=in&order=down");
    await page.waitForTimeout(3000);
    const follow = page.getByRole("button", { name: /^Follow peer/ }).first();
    const messages = Number(
      (await page.locator(".virtual tbody tr").first().locator("td").nth(6).innerText()).replace(
        ",",
        "",
      ),
    );
    expect(messages).toBeGreaterThan(3);
    await follow.click();
    await page.locator(".tail li").nth(3).waitFor({ timeout: 1000 });
    await page.getByText(/[\d,]+ messages in the last/).waitFor();
  }, 60_000);

  it("loses nothing while a conversation is paused", async () => {
    const page = await pageOf(browser, "/peers?sort=in&order=down");
    await page
      .getByRole("button", { name: /^Follow peer/ })
      .first()
      .click();
    const panel = page.getByRole("region", { name: /^Peer \d+:/ });
    await panel.locator(".tail li").nth(3).waitFor();
    await panel.getByRole("button", { name: "Pause" }).click();
    await page.mouse.move(5, 5);
    const lines = panel.locator(".tail li");
    const times = () => lines.locator("time").allInnerTexts();
    const before = await times();
    const pill = panel.getByRole("button", { name: /^\+\d+ new$/ });
    await until("more comes", async () => Number((await pill.innerText()).slice(1, -4)) > 5);
    expect(await times()).toEqual(before);
    await panel.getByRole("button", { name: "Resume" }).click();
    await page.mouse.move(5, 5);
    await until("more is shown", async () => (await lines.count()) > before.length + 5);
    const after = await times();
    expect(after.slice(-before.length)).toEqual(before);
  }, 60_000);

  it("counts the rows that were dropped during a pause", async () => {
    const page = await pageOf(browser, "/tracepoints?live=1");
    const panel = page.getByRole("region", { name: "Query" });
    await panel.locator(".tail li").nth(3).waitFor();
    await panel.getByRole("button", { name: "Pause" }).click();
    await page.mouse.move(5, 5);
    const before = await panel.locator(".tail li").first().innerText();
    await panel.getByText("of the new rows were dropped").waitFor({ timeout: 30_000 });
    expect(await panel.locator(".tail li").first().innerText()).toBe(before);
    const told = Number((await panel.locator(".pill").innerText()).replace(/\D/g, ""));
    expect(told).toBeGreaterThan(600);
    await panel.getByRole("button", { name: "Resume" }).click();
    await panel.getByText("rows are missing").waitFor();
    expect(await panel.locator(".tail li").count()).toBe(600);
  }, 60_000);

  it("is held where a message is opened, and resumed by a button", async () => {
    const page = await pageOf(browser, "/peers?sort=in&order=down");
    await page
      .getByRole("button", { name: /^Follow peer/ })
      .first()
      .click();
    const panel = page.getByRole("region", { name: /^Peer \d+:/ });
    await panel.locator("details.message summary").first().click();
    await page.mouse.move(5, 5);
    await panel.getByText("Paused").waitFor();
    const pill = panel.getByRole("button", { name: /^\+\d+ new$/ });
    await pill.waitFor();
    expect(await panel.locator("details[open] pre").innerText()).toMatch(/^\{\n {2}"type": "/);
    const before = await panel.locator(".tail li").first().innerText();
    await panel.getByRole("button", { name: "Resume" }).click();
    await page.mouse.move(5, 5);
    await until(
      "it goes on",
      async () => (await panel.locator(".tail li").first().innerText()) !== before,
    );
    expect(await panel.locator("details[open]").count()).toBe(1);
  }, 60_000);
});
