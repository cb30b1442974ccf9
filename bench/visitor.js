/** A browser that looks at one page of the dashboard after the other. */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
/** A page in the background is drawn like one in front: nobody looks at this one. */
const FLAGS = [
  "--no-sandbox",
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
];
export const PAGES = [
  "/",
  "/peers",
  "/network",
  "/blocks",
  "/mempool",
  "/coins",
  "/wallet",
  "/tracepoints",
];
/** A busy machine takes long to start a browser. */
const PATIENCE_MS = 120_000;
const VIEWPORT = { width: 1360, height: 900 };

/** Why no browser can be had; null when one can. */
export const missingBrowser = () => (existsSync(CHROMIUM) ? null : `no ${CHROMIUM}`);

/** @typedef {{ page: string, fps: number, longTasks: number[], bytesPerSecond: number }} Visit */

export class Visitor {
  #browser;
  #page;
  #session;
  #received = 0;
  /** What went wrong in the page. @type {string[]} */
  errors = [];

  /**
   * @param {import("playwright-core").Browser} browser
   * @param {import("playwright-core").Page} page
   * @param {import("playwright-core").CDPSession} session
   */
  constructor(browser, page, session) {
    this.#browser = browser;
    this.#page = page;
    this.#session = session;
    session.on("Network.webSocketFrameReceived", ({ response }) => {
      this.#received += response.payloadData.length;
    });
    page.on("pageerror", (error) => this.errors.push(error.message));
  }

  /** @param {string} url */
  static async open(url) {
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    const page = await browser.newPage({ viewport: VIEWPORT });
    page.setDefaultTimeout(PATIENCE_MS);
    await page.addInitScript(probe);
    const session = await page.context().newCDPSession(page);
    const visitor = new Visitor(browser, page, session);
    for (const domain of ["Network", "Performance", "HeapProfiler"]) {
      await session.send(`${domain}.enable`);
    }
    await page.goto(url);
    return visitor;
  }

  /**
   * Goes to a page as people do, and looks at it.
   * @param {string} page
   * @param {number} ms
   * @returns {Promise<Visit>}
   */
  async visit(page, ms) {
    // Not with the mouse, which waits until nothing moves any more.
    await this.#page.$eval(`nav a[href="${page}"]`, (link) => link.click());
    await this.#page.evaluate(() => globalThis.probe.take());
    const before = this.#received;
    await sleep(ms);
    const { frames, longTasks, seconds } = await this.#page.evaluate(() => globalThis.probe.take());
    const bytesPerSecond = (this.#received - before) / seconds;
    return { page, fps: frames / seconds, longTasks, bytesPerSecond };
  }

  /** What the page keeps, after its garbage was collected. */
  async size() {
    await this.#session.send("HeapProfiler.collectGarbage");
    const { metrics } = await this.#session.send("Performance.getMetrics");
    /** @param {string} name */
    const of = (name) => metrics.find((metric) => metric.name === name).value;
    return { heap: of("JSHeapUsedSize") / 1e6, nodes: of("Nodes") };
  }

  /**
   * Time until something is drawn, of somebody who was never here.
   * @param {string} url
   * @returns {Promise<number>} ms
   */
  async firstPaint(url) {
    const context = await this.#browser.newContext({ viewport: VIEWPORT });
    try {
      const page = await context.newPage();
      page.setDefaultTimeout(PATIENCE_MS);
      await page.addInitScript(probe);
      await page.goto(url);
      await page.waitForFunction(() => globalThis.probe.firstPaint !== null);
      return await page.evaluate(() => globalThis.probe.firstPaint);
    } finally {
      await context.close();
    }
  }

  close() {
    return this.#browser.close();
  }
}

/** Runs in the page: counts its frames and what held them up. */
function probe() {
  let [frames, since, longTasks] = [0, performance.now(), []];
  const frame = () => {
    frames++;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const record = {
    firstPaint: null,
    take() {
      const now = performance.now();
      const taken = { frames, longTasks, seconds: (now - since) / 1000 };
      [frames, since, longTasks] = [0, now, []];
      return taken;
    },
  };
  globalThis.probe = record;
  new PerformanceObserver((list) => {
    longTasks.push(...list.getEntries().map(({ duration }) => duration));
  }).observe({ type: "longtask" });
  new PerformanceObserver((list) => {
    const paint = list.getEntries().find(({ name }) => name === "first-contentful-paint");
    if (paint) record.firstPaint = paint.startTime;
  }).observe({ type: "paint", buffered: true });
}
