import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PAGES } from "../../src/dashboard/protocol/pages.ts";
import { RunningCommand } from "../helpers/command.ts";
import { describeNeeding, rightsToTrace } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";
import { browser as chromium, launch, openPage } from "./browser.ts";

/** The pages that need a traced node. */
const PATHS = PAGES.filter(({ section }) => section !== null).map(({ path }) => path);
/** Sentences about a node that are wrong while nothing is traced. */
const CLAIMS = /since tracing began|heard of|has been seen yet|No peer|0 B\/s|no transaction/i;
const NOBODY = [
  ...["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all"],
];
/** A PID namespace without the nodes of this machine. */
const ALONE = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"];

describeNeeding([chromium, rightsToTrace], "a page of the dashboard", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  async function served(command: RunningCommand): Promise<string> {
    await until("it is served", () => command.stdout.includes("http://"));
    return /http:\S+/.exec(command.stdout)![0];
  }

  /** All missing requirements that a page shows, with their commands. */
  async function guided(page: Page, url: string, command: string): Promise<void> {
    for (const path of PATHS) {
      await page.goto(`${url}${path}`);
      await page.locator(".setup .checks li").first().waitFor();
      expect(await page.locator(".command code").first().innerText(), path).toBe(command);
      expect(await page.locator("main").innerText(), path).not.toMatch(CLAIMS);
    }
    await page.locator(".command button").first().waitFor();
    await page.getByRole("link", { name: "Open a recording" }).click();
    await page.getByRole("heading", { level: 1, name: "Recordings" }).waitFor();
  }

  it("without rights shows the findings of the doctor", async () => {
    const url = await served(new RunningCommand(["--no-open", "--port", "0"], { launch: NOBODY }));
    const { page } = await openPage(browser, url);
    await guided(page, url, "sudo corelens");
    const doctor = new RunningCommand(["doctor", "--json"], { launch: NOBODY });
    await doctor.ended;
    const { sections } = JSON.parse(doctor.stdout);
    const { message } = sections[0].findings.find(
      ({ status }: { status: string }) => status === "problem",
    );
    await page.goto(url);
    await page.locator(".checks").getByText(message).waitFor();
  }, 90_000);

  it("without a node shows how to start one", async () => {
    const url = await served(new RunningCommand(["--no-open", "--port", "0"], { launch: ALONE }));
    const { page } = await openPage(browser, url);
    await guided(page, url, "bitcoind -daemon");
    await page.goto(url);
    await page.locator(".checks li").first().waitFor();
    expect(await page.locator(".checks li").allInnerTexts()).toEqual([
      expect.stringContaining("has the privileges"),
      expect.stringContaining("NODE_NOT_FOUND"),
    ]);
  }, 90_000);

  it("after the node ended shows the state of that time", async () => {
    const node = new RunningCommand(["simulate", "--seed", "27808", "--speed", "5"]);
    await until("the node runs", () => node.stdout.includes("simulated node"));
    const pid = String(node.process.pid);
    const url = await served(
      new RunningCommand(["--target", pid, "--no-rpc", "--no-open", "--port", "0"]),
    );
    const { page } = await openPage(browser, `${url}/peers`);
    await page.locator(".virtual tbody tr").first().waitFor();
    node.process.kill("SIGKILL");
    for (const path of PATHS) {
      if (path !== "/") await page.getByRole("navigation").locator(`a[href="${path}"]`).click();
      await page.getByText(/The node ended at \d\d:\d\d:\d\d\. The page shows the state/).waitFor();
      expect(await page.locator("main.stale").count(), path).toBe(1);
      const text = await page.locator("main").innerText();
      expect(text, path).not.toMatch(/passes the filter|has been seen yet|heard of yet/);
    }
    await page.goto(`${url}/peers`);
    await page.getByText("No peer is connected: the node ended at").waitFor();
    await page.goto(`${url}/recordings`);
    await page.getByRole("heading", { level: 1, name: "Recordings" }).waitFor();
    expect(await page.locator("main.stale").count()).toBe(0);
  }, 90_000);
});
