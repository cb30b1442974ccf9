import { type ChildProcessByStdio, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { inRepository } from "../scripts/repository.ts";
import { run } from "./command.ts";

/** A probe of the target, and its key in the commands that target.c takes. */
export interface Shape {
  readonly probe: string;
  readonly key: "add" | "msg";
}

export const COIN_SHAPE: Shape = { probe: "utxocache:add", key: "add" };
export const MESSAGE_SHAPE: Shape = { probe: "net:inbound_message", key: "msg" };
export const SHAPES = [COIN_SHAPE, MESSAGE_SHAPE];

const TIMEOUT_MS = 30_000;

/** Compiles target.c into a directory and returns the program's path. */
export async function buildTarget(directory: string): Promise<string> {
  const path = join(directory, "target");
  await run("gcc", ["-O2", "-Wall", "-o", path, inRepository("bench/target.c")]);
  return path;
}

/** The running target. */
export class Target {
  readonly path: string;
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: AsyncIterator<string>;

  constructor(path: string) {
    this.path = path;
    this.#process = spawn(path, { stdio: ["pipe", "pipe", "inherit"] });
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /**
   * Passes the probe site `hits` times.
   * @returns nanoseconds a hit, one figure for every few thousand hits
   */
  async hit(shape: Shape, hits: number): Promise<number[]> {
    return (await this.#ask(`hit ${shape.key} ${hits}`)).trim().split(" ").map(Number);
  }

  /**
   * Waits until a tracer is attached or detached, as the program sees it: by its semaphore and its code.
   * @returns false when it took too long
   */
  async until(shape: Shape, isAttached: boolean): Promise<boolean> {
    return (await this.#ask(`await ${shape.key} ${Number(isAttached)} ${TIMEOUT_MS}`)) === "1";
  }

  close(): void {
    this.#process.kill();
  }

  async #ask(command: string): Promise<string> {
    this.#process.stdin.write(`${command}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error("the target ended");
    return value;
  }
}
