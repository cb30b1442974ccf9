import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Section, Sections } from "#src/model/sections.js";
import { inRepository } from "../scripts/repository.ts";
import { processTree } from "./usage.ts";

const COMMAND = inRepository("bin/corelens");
/** Some 5,000 messages a second between the node and 200 peers, and 20,000 coins a second. */
export const LOAD = ["--inbound", "190", "--speed", "28", "--coins", "20000"];
/** Directly in a directory that the worker, which has no rights, can reach. */
const STATE = join(tmpdir(), `corelens-bench-state-${process.pid}`);
const PATIENCE_MS = 30_000;

/** A command of corelens that runs until SIGINT. */
class Running {
  readonly #process: ChildProcessByStdio<null, Readable, null>;
  readonly #ended: Promise<unknown>;

  constructor(args: readonly string[]) {
    this.#process = spawn(process.execPath, [COMMAND, ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#ended = once(this.#process, "exit");
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** Waits until it prints a match of the pattern, and returns the match. */
  async printed(pattern: RegExp): Promise<string> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    for await (const line of createInterface({ input: this.#process.stdout, signal })) {
      const match = pattern.exec(line);
      if (match === null) continue;
      this.#process.stdout.resume();
      return match[0];
    }
    throw new Error(`corelens did not print ${pattern}`);
  }

  async stop(): Promise<void> {
    this.#process.kill("SIGINT");
    await this.#ended;
  }
}

export interface Scrape {
  readonly ms: number;
  readonly bytes: number;
}

export type Role = "node" | "attacher" | "worker";

/** The simulated node under load, and corelens that traces it and serves the dashboard. */
export class Load {
  readonly #node: Running;
  readonly #corelens: Running;
  readonly url: string;
  readonly pids: Readonly<Record<Role, number>>;

  private constructor(node: Running, corelens: Running, url: string) {
    this.#node = node;
    this.#corelens = corelens;
    this.url = url;
    const [attacher, worker] = processTree(corelens.pid) as [number, number];
    this.pids = { node: node.pid, attacher, worker };
  }

  static async start(): Promise<Load> {
    const node = new Running(["simulate", ...LOAD]);
    try {
      await node.printed(/pid \d+/);
      const target = ["--target", String(node.pid)];
      const options = ["--no-open", "--port", "0", "--metrics", "--state", STATE];
      const corelens = new Running([...target, ...options]);
      try {
        return new Load(node, corelens, await corelens.printed(/http:\S+/));
      } catch (error) {
        await corelens.stop();
        throw error;
      }
    } catch (error) {
      await node.stop();
      throw error;
    }
  }

  /** The data of a page, as the dashboard's API serves it. */
  async view<Name extends Section>(name: Name): Promise<Sections[Name]> {
    const response = await fetch(new URL(`/api/view/${name}`, this.url));
    return (await response.json()) as Sections[Name];
  }

  /** Reads /metrics; the time is from the request to the last byte. */
  async scrape(): Promise<Scrape> {
    const begin = performance.now();
    const text = await (await fetch(new URL("/metrics", this.url))).text();
    return { ms: performance.now() - begin, bytes: text.length };
  }

  async stop(): Promise<void> {
    await this.#corelens.stop();
    await this.#node.stop();
    rmSync(STATE, { recursive: true });
  }
}
