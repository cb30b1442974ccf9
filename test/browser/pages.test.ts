import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { PAGES } from "../../src/dashboard/protocol/pages.ts";
import type { Sections } from "../../src/model/sections.ts";
import { writeRecording } from "../dashboard/recording.ts";
import { RunningCommand } from "../helpers/command.ts";
import { describeNeeding } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";
import { eventsOf } from "../model/events.ts";
import { peerSays } from "../model/peers-said.ts";
import { api, browser as chromium, demo, figures, launch, openPage } from "./browser.ts";
import { changeMessages } from "./change-messages.ts";

/** The pages that need a traced node. */
const PATHS = PAGES.filter(({ section }) => section !== null).map(({ path }) => path);

describeNeeding([chromium], "the dashboard in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  it("shows the values of the API on every page, in wide and narrow windows, without an error", async () => {
    const { url } = await demo("--port", "0");
    for (const path of PATHS) {
      const { page, errors } = await openPage(browser, `${url}${path}`);
      await page.waitForSelector("main .panel, main .absent");
      expect(errors, path).toEqual([]);
      expect(await unnamed(page), path).toEqual([]);
      await page.setViewportSize({ width: 390, height: 844 });
      expect(await overflow(page), path).toBeLessThanOrEqual(0);
    }
    await compare(url, "/", (view: Sections["overview"]) => ({
      "Mempool added": view.mempool.added,
      "Mempool replaced": view.mempool.replaced,
      "UTXO cache added": view.coins.changes.add.count,
      "UTXO cache flushes": view.coins.flushed,
      "Tracing lost": view.events.lost,
    }));
    await compare(url, "/coins", (view: Sections["coins"]) => ({
      added: view.changes.add.count,
      spent: view.changes.spent.count,
    }));
    await compare(url, "/wallet", (view: Sections["wallet"]) => ({ selections: view.selections }));
    await compare(url, "/peers", (view: Sections["peers"]) => ({
      opened: view.opened,
      closed: view.closed,
    }));
    await compare(url, "/mempool", (view: Sections["mempool"]) => ({
      added: view.added,
      replaced: view.replaced,
      rejected: view.rejected.reduce((sum, { count }) => sum + count, 0),
    }));
  }, 120_000);

  /** Waits until a page shows the same values as the API. */
  async function compare<View>(
    url: string,
    path: string,
    expected: (view: View) => Record<string, number>,
  ) {
    const { page } = await openPage(browser, `${url}${path}`);
    const section = path === "/" ? "overview" : path.slice(1);
    let seen: unknown;
    await until(`${path} shows what the API says: ${JSON.stringify(seen)}`, async () => {
      const wanted = expected(await api<View>(page, `/api/view/${section}`));
      const shown = await figures(page);
      seen = shown;
      return Object.entries(wanted).every(
        ([name, value]) => shown[name] === value.toLocaleString("en"),
      );
    });
  }

  it("shows blocks with the messages that brought them", async () => {
    const { url } = await demo("--port", "0", "--speed", "20");
    const { page } = await openPage(browser, `${url}/blocks`);
    await page.waitForSelector("svg.waterfall circle", { timeout: 20_000 });
    const { blocks } = await api<Sections["blocks"]>(page, "/api/view/blocks");
    const row = page.locator("tbody tr").last();
    await row.getByRole("button").click();
    const height = blocks.at(-1)!.height!.toLocaleString("en");
    await page.getByRole("heading", { name: `Block ${height}` }).waitFor();
    const view = await api<Sections["blocks"]>(page, "/api/view/blocks");
    const [first] = view.announcers;
    const ranking = page.getByRole("region", { name: "Who announced first" });
    if (first?.peer) await ranking.getByText(first.peer.address!).first().waitFor();
    const histogram = page.getByRole("region", { name: "Time to connect a block" });
    expect(await histogram.getByRole("img").getAttribute("aria-label")).toMatch(/\d+ blocks, /);
    expect(await page.locator(".stages").count()).toBeGreaterThan(0);
    expect(new URL(page.url()).searchParams.get("block")).toMatch(/^[0-9a-f]{64}$/);
  }, 60_000);

  describe("a count", () => {
    it("counts events, shows its shell command, and is in the address", async () => {
      const { url } = await demo("--port", "0");
      const { page, errors } = await openPage(browser, `${url}/tracepoints`);
      await page.getByRole("button", { name: "Count", exact: true }).click();
      await page.getByRole("link", { name: "bytes by message type" }).click();
      await page.waitForSelector(".groups tbody tr");
      expect(await page.locator(".command code").first().innerText()).toBe(
        "sudo corelens count 'net:*_message' --by msg_type --sum size",
      );
      await page.getByLabel("histogram").fill("size:0:1kB:100");
      await page.getByRole("button", { name: "Run" }).click();
      const { page: other } = await openPage(browser, page.url());
      await other.waitForSelector(".histogram tbody tr");
      const rows = await other.locator(".groups tbody tr").allInnerTexts();
      expect(rows.some((row) => row.startsWith("inv"))).toBe(true);
      expect(await other.locator(".command code").first().innerText()).toContain(
        "--lhist size:0:1kB:100",
      );
      expect(errors).toEqual([]);
    }, 60_000);

    it("with an error is refused with its place, and the next one runs", async () => {
      const { url } = await demo("--port", "0");
      const { page } = await openPage(browser, `${url}/tracepoints?mode=count&sum=sizes`);
      await page.waitForSelector(".refused");
      expect(await page.locator(".refused pre").innerText()).toContain("^");
      await page.getByRole("link", { name: "rejections by reason" }).click();
      await page.waitForSelector(".groups");
      expect(await page.locator(".refused").count()).toBe(0);
    }, 60_000);
  });

  describe("a query", () => {
    it("runs live, shows its errors, and is in the address", async () => {
      const { url } = await demo("--port", "0");
      const { page } = await openPage(browser, `${url}/tracepoints`);
      const box = page.getByLabel("Query that events have to pass");
      await box.fill('msg_type == "inv" && size > 30');
      await box.press("Enter");
      await page.waitForSelector(".tail li");
      const lines = await page.locator(".tail li").allInnerTexts();
      for (const line of lines) expect(line.replace(/\s+/g, " ")).toContain("msg_type inv");

      const { page: other } = await openPage(browser, page.url());
      await other.waitForSelector(".tail li");
      expect(await other.getByLabel("Query that events have to pass").inputValue()).toContain(
        "inv",
      );

      await box.fill("size > ");
      await box.press("Enter");
      await page.getByRole("alert").getByText("QUERY_SYNTAX").waitFor();
      expect(await page.locator(".refused pre").innerText()).toContain("^");
    }, 60_000);
  });

  it("shows a peer's conversation live", async () => {
    const { url } = await demo("--port", "0");
    const { page } = await openPage(browser, `${url}/peers?sort=in&order=down`);
    await page.locator("tbody tr").first().getByRole("button").click();
    await page.waitForSelector(".tail li");
    const id = new URL(page.url()).searchParams.get("peer");
    await page.getByRole("heading", { name: `Peer ${id}:` }).waitFor();
    await page.getByLabel("Filter peers").fill("no such peer");
    await page.getByText("No peer passes the filter.").waitFor();
  }, 60_000);

  it("filters peers by a query, which is in the address, and shows its errors", async () => {
    const { url } = await demo("--port", "0");
    const query = 'connection_type == "inbound" && in_messages > 0';
    const { page } = await openPage(browser, `${url}/peers?filter=${encodeURIComponent(query)}`);
    await page.waitForSelector(".virtual tbody tr");
    const types = await page.locator(".virtual tbody td:nth-child(3)").allInnerTexts();
    expect(new Set(types)).toEqual(new Set(["inbound"]));
    const box = page.getByLabel("Filter peers");
    expect(await box.inputValue()).toBe(query);
    await box.fill("in_bytes > 3ms");
    await page.locator(".refused").getByText("in_bytes is in B").waitFor();
    expect(await page.locator(".refused pre").innerText()).toContain("^");
    await box.fill("outbound-full");
    await page.locator(".refused").waitFor({ state: "detached" });
    expect(new URL(page.url()).searchParams.get("filter")).toBe("outbound-full");
  }, 60_000);

  it("keeps few of a thousand peers in the document, and finds them all by scrolling", async () => {
    const { url } = await demo("--port", "0");
    const { page, errors } = await openPage(browser, "about:blank");
    await changeMessages(page, (message) => {
      const { view } = message.document ?? {};
      const [peer] = view?.peers ?? [];
      if (peer)
        view.peers = Array.from({ length: 1000 }, (_, id) => ({ ...peer, id, closed: null }));
      return message;
    });
    await page.goto(`${url}/peers`);
    const table = page.locator(".virtual table");
    await until(
      "all are there",
      async () => (await table.getAttribute("aria-rowcount").catch(() => null)) === "1001",
    );
    expect(await table.locator("tbody tr").count()).toBeLessThan(80);
    await page.locator(".virtual").evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await table.getByRole("button", { name: "Follow peer 999" }).waitFor();
    expect(await table.locator("tbody tr").last().getAttribute("aria-rowindex")).toBe("1001");
    expect(errors).toEqual([]);
  }, 60_000);

  it("shows peers that only RPC reports, and the RPC values of the others", async () => {
    const { url } = await demo("--port", "0");
    const { page } = await openPage(browser, "about:blank");
    await changeMessages(page, (message) => {
      const { view } = message.document ?? {};
      if (view && message.section === "peers") view.reports = [peerSays(9_999_999)];
      return message;
    });
    await page.goto(`${url}/peers?filter=${encodeURIComponent('user_agent != ""')}`);
    const row = page.locator(".virtual tbody tr").first();
    await row.getByText("/Satoshi:31.0.0(shop)/").waitFor();
    for (const text of ["none yet", "v2", "900,000"]) {
      expect(await row.innerText()).toContain(text);
    }
    expect((await figures(page))["silent peers"]).toBe("1");
  }, 60_000);

  it("groups peers around the node, and selects them by keyboard", async () => {
    const { url } = await demo("--port", "0");
    const { page } = await openPage(browser, `${url}/network?group=network`);
    const chosen = page.getByRole("button", { name: "by network" });
    await chosen.waitFor();
    expect(await chosen.getAttribute("aria-pressed")).toBe("true");
    await page.locator("canvas").press("ArrowRight");
    const told = page.getByRole("status").getByText(/^Peer \d+, /);
    await told.waitFor({ state: "attached" });
    const id = /^Peer (\d+)/.exec((await told.textContent())!)![1];
    await page.locator("canvas").press("Enter");
    await page.getByRole("heading", { level: 1, name: "Peers" }).waitFor();
    expect(new URL(page.url()).searchParams.get("peer")).toBe(id);
  }, 60_000);

  it("shows names that peers choose as text", async () => {
    const { url } = await demo("--port", "0");
    const { page, errors } = await openPage(browser, "about:blank");
    const evil = '<img src=x onerror="document.title=1">\u202e\u0000';
    await changeMessages(page, (message) => {
      for (const peer of message.document?.view?.peers ?? []) peer.address = evil;
      return message;
    });
    await page.goto(`${url}/peers`);
    await page.getByText("<img src=x onerror").first().waitFor();
    expect(await page.locator("main img").count()).toBe(0);
    expect(await page.locator("tbody td.text").first().innerText()).toContain("\\x202e\\x00");
    expect(errors).toEqual([]);
  }, 60_000);

  it("reports a lost connection to corelens, and continues when it is back", async () => {
    const { url, command } = await demo("--port", "0");
    const { page } = await openPage(browser, url);
    await page.getByText("events/s").waitFor();
    command.process.kill("SIGTERM");
    await page.getByText("corelens does not respond").waitFor();
    await command.ended;
    expect(command.exitStatus).toBe(0);
    await demo("--port", new URL(url).port);
    await page.getByText("corelens does not respond").waitFor({ state: "detached" });
    await page.locator(".figure").first().waitFor();
  }, 60_000);

  it("shows the obstacle when nothing can be traced", async () => {
    const command = new RunningCommand(["--no-open", "--port", "0"], {
      launch: [
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        "--bounding-set=-all",
      ],
    });
    await until("it is served", () => command.stdout.includes("http://"));
    const { page } = await openPage(browser, /http:\S+/.exec(command.stdout)![0]);
    await page.locator(".headline").getByText("Nothing is traced").waitFor();
    await page.getByText("run corelens with sudo").first().waitFor();
  }, 60_000);

  it("plays a recording forward and back", async () => {
    const directory = mkdtempSync(`${tmpdir()}/corelens-recording-`);
    // If the tests run as root, the server runs as nobody.
    chmodSync(directory, 0o755);
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const path = `${directory}/a.corelens`;
    await writeRecording(path, eventsOf(60));
    const command = new RunningCommand(["--from", path, "--no-open", "--port", "0"]);
    await until("it is served", () => command.stdout.includes("http://"));
    const { page } = await openPage(browser, /http:\S+/.exec(command.stdout)![0]);
    const slider = page.getByLabel("Time in the recording");
    await page.getByRole("button", { name: "Pause" }).click();
    const all = eventsOf(60).length.toLocaleString("en");
    const events = async (): Promise<string | undefined> => (await figures(page))["Tracing events"];
    await slider.press("End");
    await until("all is shown", async () => (await events()) === all);
    await slider.press("Home");
    await until("the beginning is shown", async () => Number(await events()) < 10);
  }, 60_000);

  it("follows the dark mode of the system, and keeps the chosen theme", async () => {
    const { url } = await demo("--port", "0");
    const { page } = await openPage(browser, url, { colorScheme: "dark" });
    expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
    await page.getByRole("button", { name: "Light" }).click();
    await page.reload();
    expect(await page.locator("html").getAttribute("data-theme")).toBe("light");
  }, 60_000);

  it("works with the keyboard alone", async () => {
    const { url } = await demo("--port", "0");
    const { page } = await openPage(browser, url);
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to content");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Peers" }).waitFor();
  }, 60_000);
});

/** Controls without a name for screen readers. */
function unnamed(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("button, input, a, [role=img]")]
      .filter((element) => {
        const labels = (element as HTMLInputElement).labels;
        const name = element.getAttribute("aria-label") ?? element.textContent ?? "";
        return name.trim() === "" && !labels?.length;
      })
      .map((element) => element.outerHTML),
  );
}

/** Pixels by which a page is wider than its window. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}
