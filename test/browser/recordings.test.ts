import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Sections } from "../../src/model/sections.ts";
import { readInfo } from "../../src/recording/info.ts";
import { writeRecording } from "../dashboard/recording.ts";
import { describeNeeding } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";
import { eventsOf } from "../model/events.ts";
import { temporaryDirectory } from "../recording/recordings.ts";
import { api, browser as chromium, demo, figures, launch, openPage } from "./browser.ts";

const EVENTS = eventsOf(120);

describeNeeding([chromium], "a recording in a browser, beside a live node", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  const slider = (page: Page) => page.getByLabel("Time in the recording");
  const path = (page: Page): string => new URL(page.url()).pathname;
  const recordingOf = (page: Page): string | null =>
    new URL(page.url()).searchParams.get("recording");

  it("is uploaded, moved through, shown on every page, and closed", async () => {
    const file = join(temporaryDirectory(), "node.corelens");
    await writeRecording(file, EVENTS);
    const { tallies } = await readInfo(file);
    const recorded = (name: string): number => tallies.get(name)?.delivered ?? 0;
    const { url } = await demo("--port", "0");
    const { page, errors } = await openPage(browser, `${url}/recordings`);
    await page.getByText("No recordings yet").waitFor();
    await page.getByLabel("Choose a file").setInputFiles(file);
    await page.getByText("recording node.corelens").waitFor();
    const id = recordingOf(page);
    expect([path(page), id]).toEqual(["/", expect.stringMatching(/^[\w-]{16}$/)]);

    await page.getByRole("button", { name: "Pause" }).click();
    await slider(page).press("End");
    await until("all of it is shown", async () => {
      return (await figures(page))["Tracing events"] === EVENTS.length.toLocaleString("en");
    });
    expect(await figures(page)).toMatchObject({
      "Mempool added": recorded("mempool:added").toLocaleString("en"),
      "UTXO cache added": recorded("utxocache:add").toLocaleString("en"),
    });
    for (const [title, section, wanted] of [
      ["Peers", "peers", (view: Sections["peers"]) => ({ opened: view.opened })],
      ["Coins", "coins", () => ({ spent: recorded("utxocache:spent") })],
      ["Wallet", "wallet", (view: Sections["wallet"]) => ({ selections: view.selections })],
      ["Mempool", "mempool", () => ({})],
      ["Blocks", "blocks", () => ({})],
      ["Network", "network", () => ({})],
      ["Tracepoints", "tracepoints", () => ({})],
    ] as const) {
      await page.getByRole("link", { name: title, exact: true }).click();
      expect(recordingOf(page), title).toBe(id);
      await page.waitForSelector("main .panel, main .absent, main .figure");
      const view = await api(page, `/api/view/${section}?recording=${id}`);
      const figure = (wanted as (view: unknown) => Record<string, number>)(view);
      await until(`${title} shows it`, async () => {
        const shown = await figures(page);
        return Object.entries(figure).every(([name, n]) => shown[name] === n.toLocaleString("en"));
      });
    }

    // Another browser at this address shows the same page at the same time of the recording.
    const { page: other } = await openPage(browser, `${url}/coins?recording=${id}`);
    await other.getByText("recording node.corelens").waitFor();
    expect(Number(await slider(other).inputValue())).toBeCloseTo(EVENTS.at(-1)!.time, 0);

    await page.getByRole("link", { name: "Overview" }).click();
    const box = (await slider(page).boundingBox())!;
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width - 8, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 4, y, { steps: 5 });
    const held = Number(await slider(page).inputValue());
    await page.waitForTimeout(1500);
    expect(Number(await slider(page).inputValue())).toBe(held);
    await page.mouse.up();
    const upTo = EVENTS.filter(({ time }) => time <= held).length;
    await until("it is there", async () => {
      return (await figures(page))["Tracing events"] === upTo.toLocaleString("en");
    });
    expect(Number(await slider(page).inputValue())).toBeCloseTo(held, 0);

    await page.getByRole("link", { name: "back to the node" }).click();
    await page.getByText("simulated node").waitFor();
    expect([recordingOf(page), await slider(page).count()]).toEqual([null, 0]);
    await page.getByRole("link", { name: "Recordings" }).click();
    await page.getByRole("link", { name: "node.corelens" }).click();
    await slider(page).waitFor();
    expect(errors).toEqual([]);
  }, 240_000);

  it("that is invalid is refused with a cure, also when it is dropped on the page", async () => {
    const { url } = await demo("--port", "0");
    const { page } = await openPage(browser, `${url}/recordings`);
    const evil = "<img src=x onerror=alert(1)>.corelens";
    const payload = { name: evil, mimeType: "text/plain", buffer: Buffer.from("no".repeat(500)) };
    await page.getByLabel("Choose a file").setInputFiles(payload);
    const alert = page.getByRole("alert");
    await alert.getByText("RECORDING_CORRUPT").waitFor();
    expect(await alert.innerText()).toContain(evil);
    const file = join(temporaryDirectory(), "b.corelens");
    await writeRecording(file, EVENTS);
    const dropped = await page.evaluateHandle((text) => {
      const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], "b.corelens"));
      return transfer;
    }, readFileSync(file).toString("base64"));
    await page.dispatchEvent("main", "drop", { dataTransfer: dropped });
    await page.getByText("recording b.corelens").waitFor();
  }, 120_000);

  it("that is gone is reported, with a link back", async () => {
    const { url } = await demo("--port", "0");
    const { page } = await openPage(browser, `${url}/peers?recording=none`);
    await page.getByRole("alert").getByText("RECORDING_UNKNOWN").waitFor();
    await page.getByRole("link", { name: "back to the node" }).click();
    await page.locator("main .panel").first().waitFor();
    expect(path(page)).toBe("/peers");
  }, 120_000);
});
