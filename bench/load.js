/** The simulated node under load, and corelens serving what it sees of it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { processTree } from "./usage.js";

const COMMAND = fileURLToPath(new URL("../bin/corelens", import.meta.url));
/** Some 5,000 messages a second between the node and 200 peers, and 20,000 coins a second. */
export const LOAD = ["--inbound", "190", "--speed", "28", "--coins", "20000"];
const PATIENCE_MS = 30_000;

/** A command of corelens that runs until it is told to stop. */
class Running {
  #process;
  #ended;

  /** @param {readonly string[]} args */
  constructor(args) {
    const stdio = /** @type {const} */ (["ignore", "pipe", "inherit"]);
    this.#process = spawn(process.execPath, [COMMAND, ...args], { stdio });
    this.#ended = once(this.#process, "exit");
  }

  get pid() {
    return this.#process.pid;
  }

  /**
   * Waits until it prints something.
   * @param {RegExp} pattern
   * @returns {Promise<string>} what matched
   */
  async says(pattern) {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    for await (const line of createInterface({ input: this.#process.stdout, signal })) {
      const match = pattern.exec(line);
      if (match === null) continue;
      this.#process.stdout.resume();
      return match[0];
    }
    throw new Error(`corelens did not say ${pattern}`);
  }

  async stop() {
    this.#process.kill("SIGINT");
    await this.#ended;
  }
}

/** The node, the attacher and its worker, and where the dashboard is. */
export class Load {
  #node;
  #corelens;
  url;
  /** By what they do. */
  pids;

  /**
   * @param {Running} node
   * @param {Running} corelens
   * @param {string} url
   */
  constructor(node, corelens, url) {
    this.#node = node;
    this.#corelens = corelens;
    this.url = url;
    const [attacher, worker] = processTree(corelens.pid);
    this.pids = { node: node.pid, attacher, worker };
  }

  /** @param {readonly string[]} [load] options of `corelens simulate` */
  static async start(load = LOAD) {
    const node = new Running(["simulate", ...load]);
    try {
      await node.says(/pid \d+/);
      const options = ["--target", String(node.pid), "--no-open", "--port", "0", "--metrics"];
      const corelens = new Running(options);
      try {
        return new Load(node, corelens, await corelens.says(/http:\S+/));
      } catch (error) {
        await corelens.stop();
        throw error;
      }
    } catch (error) {
      await node.stop();
      throw error;
    }
  }

  /**
   * Of the API, as pages have it.
   * @param {string} path
   */
  async ask(path) {
    return (await fetch(new URL(path, this.url))).json();
  }

  /** What a scrape takes, from the question to the last byte. */
  async scrape() {
    const begin = performance.now();
    const text = await (await fetch(new URL("/metrics", this.url))).text();
    return { ms: performance.now() - begin, bytes: text.length };
  }

  async stop() {
    await this.#corelens.stop();
    await this.#node.stop();
  }
}

/**
 * What a process holds in memory now.
 * @param {number} pid
 * @returns {{ rss: number, own: number }} MB; `own` is without mapped files and the ring buffer, which is mapped twice
 */
export function residentOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "ascii");
  /** @param {string} name */
  const of = (name) => (Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)[1]) * 1024) / 1e6;
  return { rss: of("VmRSS"), own: of("RssAnon") };
}
