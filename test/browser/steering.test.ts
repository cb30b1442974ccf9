import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Sections } from "../../src/model/sections.ts";
import { describeNeeding } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";
import { api, browser as chromium, demo, launch, openPage } from "./browser.ts";

describeNeeding([chromium], "tracing controlled from a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  const open = async (url: string): Promise<Page> => (await openPage(browser, url)).page;
  const tracing = (page: Page, name: string) => page.getByRole("switch", { name: `Trace ${name}` });
  const isOn = async (page: Page, name: string) =>
    (await tracing(page, name).getAttribute("aria-checked")) === "true";

  it("applies to every browser; the last change wins", async () => {
    const { url } = await demo("--port", "0");
    const one = await open(`${url}/tracepoints`);
    const two = await open(`${url}/tracepoints`);
    const name = "net:inbound_message";
    await tracing(one, name).click();
    await until("both see that it is off", async () => {
      return !(await isOn(one, name)) && !(await isOn(two, name));
    });
    const delivered = async () => {
      const { tracepoints } = await api<Sections["tracepoints"]>(one, "/api/view/tracepoints");
      return tracepoints.find((each) => each.name === name)!.delivered;
    };
    const before = await delivered();
    await one.waitForTimeout(1000);
    expect(await delivered()).toBe(before);
    expect(await isOn(one, "net:outbound_message")).toBe(true);

    await tracing(two, name).click();
    await tracing(one, "mempool:added").click();
    await until("both see what holds", async () => {
      const states = [one, two].map(async (page) => [
        await isOn(page, name),
        await isOn(page, "mempool:added"),
      ]);
      return JSON.stringify(await Promise.all(states)) === "[[true,false],[true,false]]";
    });
    await until("its events come again", async () => (await delivered()) > before);
  }, 90_000);

  it("shows the contents of messages while the conversation is open", async () => {
    const { url } = await demo("--port", "0");
    const page = await open(`${url}/peers?sort=in&order=down`);
    await page
      .getByRole("button", { name: /^Follow peer/ })
      .first()
      .click();
    await page.getByText("corelens reads up to 16 kB of each message").waitFor();
    await page.locator("details.message summary").first().click();
    // The list does not move while it is read.
    await page.getByRole("button", { name: "Resume" }).waitFor();
    const text = await page.locator("details[open] pre").innerText();
    expect(text).toMatch(/^\{\n {2}"type": "/);
  }, 90_000);

  it("cannot be changed where addresses of peers are hidden", async () => {
    const { url } = await demo("--port", "0", "--private");
    const page = await open(`${url}/tracepoints`);
    await page.getByText("net:inbound_message").first().waitFor();
    expect(await page.getByRole("switch").count()).toBe(0);
    await page.goto(`${url}/peers`);
    await page
      .getByRole("button", { name: /^Follow peer/ })
      .first()
      .click();
    await page.getByText("they contain addresses of other nodes").waitFor();
  }, 90_000);
});
