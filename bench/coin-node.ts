import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { addingTransaction, spendingTransactions } from "./coin-blocks.ts";
import { freePort } from "./free-port.ts";
import { makeTemporaryDirectory } from "./temporary-directory.ts";

/** A descriptor that anybody can spend. */
const ANYONE = "raw(51)";
const BASE_BLOCKS = 101;

/** What `UpdateTip` of debug.log says of a block: `2026-11-28T03:33:25.123456Z UpdateTip: … height=103 …` */
const TIP = /^(\S+Z) .*UpdateTip: .* height=(\d+) /gm;

/** A regtest node with blocks that add many coins and blocks that spend them, to connect again and again. */
export class CoinNode {
  readonly program: string;
  readonly port: number;
  readonly #rpcPort: number;
  readonly #options: readonly string[];
  readonly #directory: string;
  #process: ChildProcess;
  readonly #pairs: number;
  /** The hash of the first block that adds coins. */
  #adding = "";

  private constructor(program: string, pairs: number, port: number, rpcPort: number) {
    this.program = program;
    this.#pairs = pairs;
    this.port = port;
    this.#rpcPort = rpcPort;
    this.#directory = makeTemporaryDirectory();
    this.#options = [
      ...["-regtest", `-datadir=${this.#directory}`, `-bind=127.0.0.1:${port}`],
      ...[`-rpcport=${rpcPort}`, "-rpcservertimeout=600", "-listenonion=0", "-dnsseed=0"],
      ...["-fixedseeds=0", "-printtoconsole=0", "-disablewallet", "-logtimemicros"],
      ...(basename(program) === "bitcoin-node" ? ["-ipcbind=unix"] : []),
    ];
    this.#process = this.#spawn();
  }

  /** @param pairs of blocks: one adds the coins, one spends them */
  static async start(program: string, pairs = 1): Promise<CoinNode> {
    const node = new CoinNode(program, pairs, await freePort(), await freePort());
    await node.#untilReady();
    await node.#fill();
    return node;
  }

  get pid(): number {
    return this.#process.pid!;
  }

  get socket(): string {
    return join(this.#directory, "regtest", "node.sock");
  }

  /**
   * Disconnects the blocks and connects them again.
   * @param between runs while they are disconnected
   * @returns milliseconds that connecting took
   */
  async reconnect(between: () => Promise<void>): Promise<number> {
    await this.#rpc("invalidateblock", this.#adding);
    await between();
    const begin = performance.now();
    await this.#rpc("reconsiderblock", this.#adding);
    return performance.now() - begin;
  }

  /**
   * Restarts the node with -reindex-chainstate, which connects every block again.
   * @param between runs while the node is stopped
   * @returns milliseconds from the first of the pairs to the last, from the log
   */
  async reindex(between: () => Promise<void>): Promise<number> {
    await this.#end();
    rmSync(this.#log);
    await between();
    this.#process = this.#spawn("-reindex-chainstate");
    const [first, last] = [BASE_BLOCKS, BASE_BLOCKS + 2 * this.#pairs];
    await this.#untilReady();
    while ((await this.#rpc<number>("getblockcount")) < last) await sleep(50);
    const times = new Map(
      [...readFileSync(this.#log, "utf8").matchAll(TIP)].map(([, time, height]) => [
        Number(height),
        milliseconds(time!),
      ]),
    );
    return times.get(last)! - times.get(first)!;
  }

  /** Stops the node and starts it again, without waiting until it is ready. */
  async restart(): Promise<void> {
    await this.#end();
    this.#process = this.#spawn();
  }

  async stop(): Promise<void> {
    await this.#untilReady();
    await this.#end();
    rmSync(this.#directory, { recursive: true });
  }

  get #log(): string {
    return join(this.#directory, "regtest", "debug.log");
  }

  #spawn(...options: readonly string[]): ChildProcess {
    return spawn(this.program, [...this.#options, ...options], { stdio: "ignore" });
  }

  async #end(): Promise<void> {
    const ended = once(this.#process, "exit");
    await this.#rpc("stop");
    await ended;
  }

  async #fill(): Promise<void> {
    // A coinbase can be spent after a hundred blocks.
    const blocks = await this.#rpc<string[]>("generatetodescriptor", BASE_BLOCKS, ANYONE);
    for (let pair = 0; pair < this.#pairs; pair++) {
      const coinbase = (await this.#transactionsOf(blocks[pair]!))[0]!;
      const block = await this.#generate([addingTransaction([coinbase, 0])]);
      if (pair === 0) this.#adding = block;
      const adding = (await this.#transactionsOf(block))[1]!;
      await this.#generate(spendingTransactions(adding));
    }
  }

  async #transactionsOf(block: string): Promise<string[]> {
    return (await this.#rpc<{ tx: string[] }>("getblock", block)).tx;
  }

  async #generate(transactions: readonly string[]): Promise<string> {
    return (await this.#rpc<{ hash: string }>("generateblock", ANYONE, transactions)).hash;
  }

  async #untilReady(): Promise<void> {
    while (!(await this.#isReady())) {
      if (this.#process.exitCode !== null) throw new Error(`${this.program} ended`);
      await sleep(50);
    }
  }

  async #isReady(): Promise<boolean> {
    try {
      await this.#rpc("getblockcount");
      return true;
    } catch {
      return false;
    }
  }

  async #rpc<T>(method: string, ...params: readonly unknown[]): Promise<T> {
    const cookie = readFileSync(join(this.#directory, "regtest", ".cookie"), "utf8");
    const response = await fetch(`http://127.0.0.1:${this.#rpcPort}`, {
      method: "POST",
      headers: { Authorization: `Basic ${Buffer.from(cookie).toString("base64")}` },
      body: JSON.stringify({ id: 0, method, params }),
    });
    const { result, error } = (await response.json()) as {
      readonly result: T;
      readonly error: { readonly message: string } | null;
    };
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }
}

/** Milliseconds, with their fraction, of `2026-11-28T03:33:25.123456Z`. */
function milliseconds(time: string): number {
  const [, seconds, micros] = /^(.*)\.(\d+)Z$/.exec(time)!;
  return Date.parse(`${seconds}Z`) + Number(micros) / 1000;
}
