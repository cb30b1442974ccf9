import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import type { Sections } from "../../src/model/sections.ts";
import type { Status } from "../../src/model/status.ts";
import { writeRecording } from "../dashboard/recording.ts";
import { RunningCommand } from "../helpers/command.ts";
import { describeNeeding } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";
import { eventsOf } from "../model/events.ts";
import { api, browser as chromium, launch, openPage } from "./browser.ts";
import { changeMessages } from "./change-messages.ts";

/** Markup, and characters that hide or reverse text. */
const EVIL = `"'><img src=x onerror="document.title='evil'"><script>document.title='evil'</script>\u202eevil\u2066\u0000`;
/** Peers also choose the types of messages. */
const TYPE = "inv";

/** Fields with texts that strangers choose. */
const STRANGERS = new Set(
  "address source_address user_agent wallet reason why misbehaviour lastType msg_type".split(" "),
);

/** Replaces all texts that strangers choose; texts of the server stay. */
function poison(value: unknown, key = ""): unknown {
  if (typeof value === "string") {
    if (/^[0-9a-f]{64}$/.test(value)) return value;
    return STRANGERS.has(key) ? `${value} ${EVIL}` : value === TYPE ? EVIL : value;
  }
  if (Array.isArray(value)) return value.map((item) => poison(item, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name.replace(new RegExp(`\\b${TYPE}$`), EVIL),
      poison(item, name),
    ]),
  );
}

/** RPC reports of the seen peers: the simulated node has no RPC. */
function says({ peers }: Sections["peers"]): object[] {
  return peers.map(({ id }) => ({
    ...{ peer_id: id, address: EVIL, network: EVIL, connection_type: EVIL, transport: EVIL },
    ...{ user_agent: EVIL, time_connected: null, bytes_sent: null, bytes_received: null },
    ...{ ping_seconds: null, synced_blocks: null },
  }));
}

async function listen(page: Page): Promise<void> {
  await changeMessages(page, ({ type, section, ...rest }) => {
    const { view, status } = rest.document ?? {};
    if (view && section === "peers") view.reports = says(view);
    for (const finding of status?.health ?? []) finding.message += EVIL;
    if (status) status.headline.message += EVIL;
    return { type, section, ...(poison(rest) as object) };
  });
}

/** Invisible and reversing characters in the texts and names of a page. */
function unseen(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const texts: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) texts.push(walker.currentNode.textContent ?? "");
    for (const element of document.querySelectorAll("*")) {
      for (const { name, value } of element.attributes) texts.push(`${name}=${value}`);
    }
    const isUnseen = (code: number) =>
      (code < 32 && code !== 10) ||
      (code >= 0x202a && code <= 0x202e) ||
      (code >= 0x2066 && code <= 0x2069);
    return texts.filter((text) => [...text].some((char) => isUnseen(char.charCodeAt(0))));
  });
}

const status = (page: Page) => api<Status>(page, "/api/status");

/** The address of a dashboard with two minutes of a simulated node. */
async function servedRecording(): Promise<string> {
  const path = join(temporary(), "a.corelens");
  await writeRecording(path, eventsOf(120));
  const command = new RunningCommand(["--from", path, "--no-open", "--port", "0"]);
  await until("it is served", () => command.stdout.includes("http://"));
  return /http:\S+/.exec(command.stdout)![0];
}

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), "corelens-hostile-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  chmodSync(directory, 0o755);
  return directory;
}

describeNeeding([chromium], "a text that a peer sent", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  it("is shown as text on every page", async () => {
    const url = await servedRecording();
    const { page: first } = await openPage(browser, url);
    const links = first.getByRole("navigation").getByRole("link");
    await links.first().waitFor();
    const paths = await links.evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    expect(paths.length).toBeGreaterThanOrEqual(8);
    const slider = first.getByLabel("Time in the recording");
    await slider.press("End");
    await until("all is shown", async () => (await status(first)).eventRate > 0);
    const { peers } = await api<Sections["peers"]>(first, "/api/view/peers");
    const talking = peers.find((peer) => peer.in.messages > 0)!;

    const live = [`/peers?peer=${talking.id}`, "/tracepoints?live=1", "/network"];
    const all = ["/", "/peers", "/mempool", "/wallet", ...live];
    for (const path of new Set([...(paths as string[]), ...all])) {
      const { page, errors } = await openPage(browser, "about:blank");
      await listen(page);
      await page.goto(`${url}${path}`);
      await page.waitForSelector("main .panel, main .absent");
      // The pages change while the recording plays.
      if (live.includes(path)) await slider.press("Home");
      if (all.includes(path)) await page.getByText("<img src=x").first().waitFor();
      // Wait for several messages, and for the handler of an image that cannot be loaded.
      await page.waitForTimeout(1500);
      expect(await page.locator("img, iframe, body script, [onerror]").count(), path).toBe(0);
      expect(await page.title(), path).not.toContain("evil");
      expect(await unseen(page), path).toEqual([]);
      expect(errors, path).toEqual([]);
      await page.context().close();
    }
  }, 180_000);

  it("is shown as text when it is in an address", async () => {
    const url = await servedRecording();
    const query = ["peer", "type", "block", "filter", "sort", "order", "range", "off", "where"]
      .map((name) => `${name}=${encodeURIComponent(EVIL)}`)
      .join("&");
    for (const path of ["/", "/peers", "/network", "/blocks", "/mempool", "/tracepoints"]) {
      const { page, errors } = await openPage(browser, `${url}${path}?${query}`);
      await page.waitForSelector("main .panel, main .absent");
      await until("it is asked", async () => (await page.locator("h1").count()) === 1);
      expect(await page.locator("img, iframe, body script, [onerror]").count(), path).toBe(0);
      expect(await page.title(), path).not.toContain("evil");
      expect(errors, path).toEqual([]);
      await page.context().close();
    }
  }, 120_000);
});
