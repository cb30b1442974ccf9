import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { addingTransaction, spendingTransactions } from "./coin-blocks.ts";
import { freePort } from "./free-port.ts";
import { makeTemporaryDirectory } from "./temporary-directory.ts";

/** A descriptor that anybody can spend. */
const ANYONE = "raw(51)";

/** A regtest node with a block that adds many coins and one that spends them, to connect again and again. */
export class CoinNode {
  readonly #program: string;
  readonly #rpcPort: number;
  readonly #options: readonly string[];
  readonly #directory: string;
  #process: ChildProcess;
  /** The hash of the block that adds the coins. */
  #adding = "";

  private constructor(program: string, port: number, rpcPort: number) {
    this.#program = program;
    this.#rpcPort = rpcPort;
    this.#directory = makeTemporaryDirectory();
    this.#options = [
      ...["-regtest", `-datadir=${this.#directory}`, `-bind=127.0.0.1:${port}`],
      ...[`-rpcport=${rpcPort}`, "-rpcservertimeout=600", "-listenonion=0", "-dnsseed=0"],
      ...["-fixedseeds=0", "-printtoconsole=0", "-ipcbind=unix", "-disablewallet"],
    ];
    this.#process = this.#spawn();
  }

  static async start(program: string): Promise<CoinNode> {
    const node = new CoinNode(program, await freePort(), await freePort());
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
   * Disconnects both blocks and connects them again.
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

  #spawn(): ChildProcess {
    return spawn(this.#program, this.#options, { stdio: "ignore" });
  }

  async #end(): Promise<void> {
    const ended = once(this.#process, "exit");
    await this.#rpc("stop");
    await ended;
  }

  async #fill(): Promise<void> {
    const [base] = await this.#rpc<[string]>("generatetodescriptor", 101, ANYONE);
    const coinbase = (await this.#transactionsOf(base))[0]!;
    this.#adding = await this.#generate([addingTransaction([coinbase, 0])]);
    const adding = (await this.#transactionsOf(this.#adding))[1]!;
    await this.#generate(spendingTransactions(adding));
  }

  async #transactionsOf(block: string): Promise<string[]> {
    return (await this.#rpc<{ tx: string[] }>("getblock", block)).tx;
  }

  async #generate(transactions: readonly string[]): Promise<string> {
    return (await this.#rpc<{ hash: string }>("generateblock", ANYONE, transactions)).hash;
  }

  async #untilReady(): Promise<void> {
    while (!(await this.#isReady())) {
      if (this.#process.exitCode !== null) throw new Error(`${this.#program} ended`);
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
