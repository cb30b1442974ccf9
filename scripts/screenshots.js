/**
 * Takes the pictures of the dashboard that README and docs show, of the simulated node: `npm run screenshots`, or only
 * some: `npm run screenshots -- peers`.
 * As root, so that it is traced through the kernel as a real one would be.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const WIDE = { width: 1280, height: 860 };
const PHONE = { width: 390, height: 844 };
const COUNT = "mode=count&tracepoints=net:*_message&by=msg_type&sum=size&hist=size";

/** `[name, path, theme, window]`; PEER is one that talks much. */
const PICTURES = [
  ["overview", "/", "light", WIDE],
  ["overview-dark", "/", "dark", WIDE],
  ["overview-phone", "/", "dark", PHONE],
  ["peers", "/peers?peer=PEER", "light", WIDE],
  ["peers-phone", "/peers", "light", PHONE],
  ["network", "/network", "dark", WIDE],
  ["blocks", "/blocks", "light", WIDE],
  ["mempool", "/mempool", "dark", WIDE],
  ["coins", "/coins", "light", WIDE],
  ["wallet", "/wallet", "dark", WIDE],
  ["tracepoints", `/tracepoints?${COUNT}`, "light", { ...WIDE, height: 1500 }],
];
/** Until there is something to see: blocks, flushes, payments. */
const BEFORE_MS = 120_000;
const LOOK_MS = 6000;

const names = process.argv.slice(2);
const wanted = PICTURES.filter(([name]) => names.length === 0 || names.includes(name));

/** The connected peer that says most. */
async function talker() {
  const { peers } = await (await fetch(`${url}/api/view/peers`)).json();
  const open = peers.filter(({ closed }) => closed === null);
  return open.sort((one, other) => other.messagesIn - one.messagesIn)[0].id;
}

const node = spawn(process.execPath, [
  at("bin/corelens"),
  ...["demo", "--no-open", "--port", "0", "--speed", "5", "--seed", "7"],
]);
node.stdout.setEncoding("utf8");
const [line] = await once(node.stdout, "data");
const url = /http:\S+/.exec(line)[0];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
try {
  await sleep(BEFORE_MS);
  for (const [name, path, colorScheme, viewport] of wanted) {
    const page = await browser.newPage({ colorScheme, viewport });
    await page.goto(url + path.replace("PEER", await talker()));
    await sleep(LOOK_MS);
    await page.screenshot({ path: at(`docs/images/${name}.png`) });
    await page.close();
  }
} finally {
  await browser.close();
  node.kill();
}
