/** The traced program of target.c as an object. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { run } from "./command.js";

/** What is traced: the probe, and what target.c calls it. */
export const SHAPES = [
  { probe: "utxocache:add", key: "add" },
  { probe: "net:inbound_message", key: "msg" },
];
/** @typedef {(typeof SHAPES)[number]} Shape */

const SOURCE = fileURLToPath(new URL("target.c", import.meta.url));
const TIMEOUT_MS = 30_000;

/**
 * @param {string} directory where the program is to lie
 * @returns {Promise<string>} its path
 */
export async function buildTarget(directory) {
  const path = join(directory, "target");
  await run("gcc", ["-O2", "-Wall", "-o", path, SOURCE]);
  return path;
}

export class Target {
  path;
  #process;
  #answers;

  /** @param {string} path */
  constructor(path) {
    this.path = path;
    this.#process = spawn(path, { stdio: ["pipe", "pipe", "inherit"] });
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  get pid() {
    return this.#process.pid;
  }

  /**
   * Passes the probe site `hits` times.
   * @param {Shape} shape
   * @param {number} hits
   * @returns {Promise<number[]>} nanoseconds a hit, one figure for every few thousand hits
   */
  async hit(shape, hits) {
    return (await this.#ask(`hit ${shape.key} ${hits}`)).trim().split(" ").map(Number);
  }

  /**
   * Waits until a tracer is attached, as the program itself sees it: by its semaphore and its code.
   * @param {Shape} shape
   * @param {boolean} attached what to wait for
   * @returns {Promise<boolean>} false when it took too long
   */
  async until(shape, attached) {
    return (await this.#ask(`await ${shape.key} ${Number(attached)} ${TIMEOUT_MS}`)) === "1";
  }

  close() {
    this.#process.kill();
  }

  /** @param {string} command */
  async #ask(command) {
    this.#process.stdin.write(`${command}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error("the target ended");
    return value;
  }
}
