import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeNeeding } from "../helpers/needs.ts";
import { browser as chromium, demo, launch, openPage } from "./browser.ts";

const NOBODYS_BLOCK = `${"00".repeat(30)}beef`;

describeNeeding([chromium], "addresses of pages", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  const title = (page: Page) => page.getByRole("heading", { level: 1 }).innerText();
  const choice = (page: Page, name: string) => new URL(page.url()).searchParams.get(name);
  const NO_FAULTS = (errors: readonly string[]) =>
    errors.filter((error) => !error.includes("404 (Not Found)"));

  it("lead back to the previous object, and Escape closes the open one", async () => {
    const { url } = await demo("--port", "0", "--speed", "20");
    const { page } = await openPage(browser, `${url}/peers`);
    const follow = (nth: number) =>
      page.locator(".virtual tbody tr").nth(nth).getByRole("button").click();
    await follow(0);
    const first = choice(page, "peer");
    await page.getByRole("heading", { name: `Peer ${first}:` }).waitFor();
    await follow(1);
    const second = choice(page, "peer");
    expect(second).not.toBe(first);
    await page.goBack();
    await page.getByRole("heading", { name: `Peer ${first}:` }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: /^Peer \d+:/ }).waitFor({ state: "detached" });
    expect([await title(page), choice(page, "peer")]).toEqual(["Peers", null]);
    await page.goForward();
    await page.getByRole("heading", { name: `Peer ${first}:` }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: /^Peer \d+:/ }).waitFor({ state: "detached" });
    expect(choice(page, "peer")).toBeNull();

    // Typing a filter adds no entries to the history.
    await page.getByLabel("Filter peers").pressSequentially("inb");
    await page.goBack();
    expect([await title(page), choice(page, "peer")]).toEqual(["Peers", first]);

    await page.getByRole("link", { name: "Tracepoints" }).click();
    for (const words of ["large messages", "confirmed"]) {
      await page.getByRole("link", { name: words }).click();
      await page.locator(".tail").waitFor();
    }
    await page.goBack();
    expect(choice(page, "where")).toBe("size > 1kB");
    const box = page.getByLabel("Query that events have to pass");
    await expect.poll(() => box.inputValue()).toBe("size > 1kB");

    await page.getByRole("link", { name: "Blocks", exact: true }).click();
    await page.locator("tbody button").last().waitFor();
    await page.locator("tbody button").last().click();
    expect(choice(page, "block")).toMatch(/^[0-9a-f]{64}$/);
    await page.keyboard.press("Escape");
    expect(choice(page, "block")).toBeNull();
    await page.goBack();
    expect(choice(page, "block")).toMatch(/^[0-9a-f]{64}$/);
  }, 90_000);

  it("name the object that is not available", async () => {
    const { url } = await demo("--port", "0", "--speed", "20");
    const { page, errors } = await openPage(browser, `${url}/blocks?block=${NOBODYS_BLOCK}`);
    await page.getByRole("alert").getByText("is not available").waitFor();
    expect(await page.locator("svg.waterfall").count()).toBe(0);
    await page.getByRole("button", { name: "Close" }).click();
    await page.locator("svg.waterfall").first().waitFor();

    for (const peer of ["99999", "<b>", "-1"]) {
      await page.goto(`${url}/peers?peer=${encodeURIComponent(peer)}`);
      await page.getByRole("alert").getByText(`Peer ${peer} is not available`).waitFor();
    }
    await page.keyboard.press("Escape");
    await page.getByRole("alert").waitFor({ state: "detached" });

    for (const path of ["/nonsense", "/peers/9", "/constructor", "/__proto__"]) {
      const reply = await page.goto(`${url}${path}`);
      expect(reply!.status(), path).toBe(404);
      await page.getByText(`The page ${path} does not exist.`).waitFor();
    }
    await page.getByRole("link", { name: "Go to the overview" }).click();
    await page.locator(".headline").waitFor();

    const reply = await page.goto(`${url}/blocks/?range=1h`);
    expect(reply!.status()).toBe(200);
    expect(await title(page)).toBe("Blocks");
    expect(NO_FAULTS(errors)).toEqual([]);
  }, 90_000);
});
