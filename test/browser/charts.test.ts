import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Excerpt } from "../../src/model/history.ts";
import { describeNeeding } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";
import { api, browser as chromium, demo, launch, openPage } from "./browser.ts";

describeNeeding([chromium], "charts over time", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  const chart = (page: Page) =>
    page.getByRole("img", { name: /events per second$/ }).locator("canvas");

  /** Number of drawn pixel columns in the right half of the chart, without axes. */
  const drawn = (page: Page): Promise<number> =>
    chart(page).evaluate((canvas: HTMLCanvasElement) => {
      const { width, height } = canvas;
      const context = canvas.getContext("2d")!;
      // A row just above the line: every bucket with events is drawn there.
      const row = height - 30 * devicePixelRatio;
      const { data } = context.getImageData(0, row, width, 1);
      const bar = getComputedStyle(document.documentElement).getPropertyValue("--upkeep-0").trim();
      const probe = document.createElement("canvas").getContext("2d")!;
      probe.fillStyle = bar;
      probe.fillRect(0, 0, 1, 1);
      const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
      let count = 0;
      for (let x = 0; x < width; x++) {
        const [r, g, b] = data.slice(4 * x, 4 * x + 3);
        if (Math.abs(r! - red!) + Math.abs(g! - green!) + Math.abs(b! - blue!) < 24) count++;
      }
      return count;
    });

  it("draw the running bucket of a day within seconds", async () => {
    const { url } = await demo("--port", "0");
    const { page, errors } = await openPage(browser, `${url}/?range=24h`);
    await chart(page).waitFor();
    await until("something is drawn", async () => (await drawn(page)) > 0);
    const told = await api<Excerpt>(page, `/api/history/overview?scale=24h`);
    expect(told.running!.columns["events.all"]).toBeGreaterThan(0);
    expect(errors).toEqual([]);
  }, 60_000);
});
