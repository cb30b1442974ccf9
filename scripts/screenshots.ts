/**
 * `npm run screenshots [-- NAME...]`: takes the pictures of the dashboard in docs/images/, all or those named, of the
 * simulated node. Run it as root, so that the node is traced through the kernel like a real one.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { fromWire } from "#src/dashboard/protocol/wire.js";
import type { PeersView } from "#src/model/peers/peers.js";
import { inRepository } from "./repository.ts";

interface Picture {
  readonly name: string;
  /** PEER stands for the id of the peer with the most messages. */
  readonly path: string;
  readonly colorScheme: "light" | "dark";
  readonly viewport: { readonly width: number; readonly height: number };
}

const WIDE = { width: 1280, height: 860 };
const TALL = { ...WIDE, height: 1500 };
const PHONE = { width: 390, height: 844 };
const COUNT = "mode=count&tracepoints=net:*_message&by=msg_type&sum=size&hist=size";

const PICTURES: readonly Picture[] = [
  picture("overview", "/", "light"),
  picture("overview-dark", "/", "dark"),
  picture("overview-phone", "/", "dark", PHONE),
  picture("peers", "/peers?peer=PEER", "light"),
  picture("peers-phone", "/peers", "light", PHONE),
  picture("network", "/network", "dark"),
  picture("blocks", "/blocks", "light"),
  picture("mempool", "/mempool", "dark"),
  picture("coins", "/coins", "light"),
  picture("wallet", "/wallet", "dark"),
  picture("tracepoints", `/tracepoints?${COUNT}`, "light", TALL),
];
/** After this time the node has had blocks, flushes and payments. */
const WARM_UP_MS = 120_000;
const SETTLE_MS = 6000;

function picture(
  name: string,
  path: string,
  colorScheme: Picture["colorScheme"],
  viewport: Picture["viewport"] = WIDE,
): Picture {
  return { name, path, colorScheme, viewport };
}

/** The id of the connected peer that sent most messages. */
async function busiestPeer(url: string): Promise<string> {
  const response = await fetch(`${url}/api/view/peers`);
  const { peers } = fromWire(await response.json()) as PeersView;
  const open = peers.filter(({ closed }) => closed === null);
  const [busiest] = open.sort((one, other) => other.in.messages - one.in.messages);
  return String(busiest?.id);
}

const names = process.argv.slice(2);
const wanted = PICTURES.filter(({ name }) => names.length === 0 || names.includes(name));
const node = spawn(
  process.execPath,
  [
    inRepository("bin/corelens"),
    ...["demo", "--no-open", "--port", "0", "--speed", "5", "--seed", "7"],
  ],
  { stdio: ["ignore", "pipe", "inherit"] },
);
node.stdout.setEncoding("utf8");
const [line] = (await once(node.stdout, "data")) as [string];
const url = /http:\S+/.exec(line)?.[0];
if (url === undefined) throw new Error(`no URL in ${line}`);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
try {
  await sleep(WARM_UP_MS);
  for (const { name, path, colorScheme, viewport } of wanted) {
    const page = await browser.newPage({ colorScheme, viewport });
    await page.goto(url + path.replace("PEER", await busiestPeer(url)));
    await sleep(SETTLE_MS);
    await page.screenshot({ path: inRepository(`docs/images/${name}.png`) });
    await page.close();
  }
} finally {
  await browser.close();
  node.kill();
}
