import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { onTestFinished } from "vitest";
import { fromWire } from "../../src/dashboard/protocol/wire.ts";
import { RunningCommand } from "../helpers/command.ts";
import type { Need } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

export const browser: Need = () => (existsSync(CHROMIUM) ? null : "no chromium");

export function launch(): Promise<Browser> {
  // The sandbox of Chromium needs rights that root in a container lacks; the browser opens only pages of the tests.
  return chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
}

/** The dashboard of a simulated node, served by the command line. */
export async function demo(
  ...options: readonly string[]
): Promise<{ url: string; command: RunningCommand }> {
  const speed = options.includes("--speed") ? [] : ["--speed", "5"];
  const command = new RunningCommand(["demo", "--no-open", ...speed, ...options]);
  await until("it is served", () => {
    if (command.exitStatus !== null) throw new Error(command.stderr);
    return command.stdout.includes("http://");
  });
  return { url: /http:\S+/.exec(command.stdout)![0], command };
}

/** A page and its errors. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(url);
  return { page, errors };
}

/** The figures of a page by panel and label: `Mempool added`. */
export function figures(page: Page): Promise<Record<string, string>> {
  return page.evaluate(() => {
    const found: Record<string, string> = {};
    for (const figure of document.querySelectorAll(".figure")) {
      const panel = figure.closest("section")?.getAttribute("aria-label") ?? "";
      const value = figure.querySelector("dd")!.firstChild!.textContent!;
      found[`${panel} ${figure.querySelector("dt")!.textContent}`.trim()] = value;
    }
    return found;
  });
}

/** The API's answer to a request of the page. */
export async function api<Answer>(page: Page, path: string): Promise<Answer> {
  return fromWire(await page.evaluate(async (path) => (await fetch(path)).json(), path)) as Answer;
}

/** The rows of a panel's table, by the headings of columns; truncated cells have their whole text. */
export function rows(page: Page, panel: string): Promise<Record<string, string>[]> {
  return page.evaluate((panel) => {
    const section = [...document.querySelectorAll("section")].find(
      (each) => each.getAttribute("aria-label") === panel,
    );
    const columns = [...(section?.querySelectorAll("thead th") ?? [])].flatMap((cell) => {
      const { colSpan } = cell as HTMLTableCellElement;
      const name = cell.textContent!.replace(/ [↑↓]$/, "").trim();
      return [name, ...new Array<string>(colSpan - 1).fill("")];
    });
    const ofTable = [...(section?.querySelectorAll("tbody tr") ?? [])];
    return ofTable.map((row) =>
      Object.fromEntries(
        [...row.children].map((cell, i) => [
          columns[i] ?? "",
          (cell as HTMLElement).title || cell.textContent!.trim(),
        ]),
      ),
    );
  }, panel);
}

/** The height in the header of every page. */
export async function height(page: Page): Promise<number | null> {
  const text = (await page.getByRole("banner").innerText()).replace(/\s+/g, " ");
  const found = /block ([\d,]+)/.exec(text)?.[1];
  return found === undefined ? null : Number(found.replaceAll(",", ""));
}

/** The findings about the node's health, the headline first. */
export function health(page: Page): Promise<string[]> {
  return page.getByRole("region", { name: "Health" }).locator("p, li").allInnerTexts();
}
