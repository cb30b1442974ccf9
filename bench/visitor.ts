import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type Browser, type CDPSession, chromium, type Page } from "playwright-core";
import { PAGES as ENTRIES } from "#src/dashboard/protocol/pages.js";
import { type Frames, probe } from "./page-probe.ts";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
/** Without these, a page that no screen shows is drawn less often. */
const FLAGS = [
  "--no-sandbox",
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
];
type PagePath = (typeof ENTRIES)[number]["path"];

/** The pages of live data. */
export const PAGES: readonly PagePath[] = ENTRIES.filter(({ section }) => section !== null).map(
  ({ path }) => path,
);
/** A busy machine takes long to start a browser. */
const TIMEOUT_MS = 120_000;
const POLL_MS = 20;
const VIEWPORT = { width: 1360, height: 900 };

/** Why there is no browser; null when there is one. */
export function missingBrowser(): string | null {
  return existsSync(CHROMIUM) ? null : `no ${CHROMIUM}`;
}

export interface Visit {
  readonly page: PagePath;
  readonly fps: number;
  readonly longTasks: readonly number[];
  readonly bytesPerSecond: number;
}

export interface PageSize {
  /** MB */
  readonly heap: number;
  readonly nodes: number;
}

/** A browser that visits one page of the dashboard after the other. */
export class Visitor {
  readonly #browser: Browser;
  readonly #page: Page;
  readonly #session: CDPSession;
  #received = 0;
  /** Messages of uncaught errors in the pages. */
  readonly errors: string[] = [];

  private constructor(browser: Browser, page: Page, session: CDPSession) {
    this.#browser = browser;
    this.#page = page;
    this.#session = session;
    session.on("Network.webSocketFrameReceived", ({ response }) => {
      this.#received += response.payloadData.length;
    });
    page.on("pageerror", (error) => this.errors.push(error.message));
  }

  static async open(url: string): Promise<Visitor> {
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    const page = await browser.newPage({ viewport: VIEWPORT });
    page.setDefaultTimeout(TIMEOUT_MS);
    await page.addInitScript(probe);
    const session = await page.context().newCDPSession(page);
    const visitor = new Visitor(browser, page, session);
    await session.send("Network.enable");
    await session.send("Performance.enable");
    await session.send("HeapProfiler.enable");
    await page.goto(url);
    return visitor;
  }

  /** Follows the link to a page and stays there. */
  async visit(page: PagePath, ms: number): Promise<Visit> {
    // Without the mouse: a click would wait until nothing moves.
    await this.#page.dispatchEvent(`nav a[href="${page}"]`, "click");
    await this.#frames();
    const before = this.#received;
    await sleep(ms);
    const { frames, longTasks, seconds } = await this.#frames();
    const bytesPerSecond = (this.#received - before) / seconds;
    return { page, fps: frames / seconds, longTasks, bytesPerSecond };
  }

  /** What the page holds after a garbage collection. */
  async size(): Promise<PageSize> {
    await this.#session.send("HeapProfiler.collectGarbage");
    const { metrics } = await this.#session.send("Performance.getMetrics");
    const metric = (wanted: string): number =>
      metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
    return { heap: metric("JSHeapUsedSize") / 1e6, nodes: metric("Nodes") };
  }

  /** Milliseconds until a browser with an empty cache draws something. */
  async firstPaint(url: string): Promise<number> {
    const context = await this.#browser.newContext({ viewport: VIEWPORT });
    try {
      const page = await context.newPage();
      page.setDefaultTimeout(TIMEOUT_MS);
      await page.addInitScript(probe);
      await page.goto(url);
      // The page's security policy forbids waitForFunction.
      for (;;) {
        const paint = await page.evaluate<number | null>("probe.firstPaint");
        if (paint !== null) return paint;
        await sleep(POLL_MS);
      }
    } finally {
      await context.close();
    }
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }

  #frames(): Promise<Frames> {
    return this.#page.evaluate<Frames>("probe.take()");
  }
}
