/** A regtest node with two blocks full of coins, which are connected as often as is wished. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Coins that the first block adds and the second one spends. */
export const COINS = 20_000;
const INPUTS = 50;
/** Anybody can spend it. */
const SCRIPT = Buffer.from([1, 0x51]);
const ANYONE = "raw(51)";
const VALUE = 100_000n;

export class CoinNode {
  #process;
  #directory;
  #port;
  #first;

  /**
   * @param {import("node:child_process").ChildProcess} process
   * @param {string} directory
   * @param {number} port of its RPC server
   */
  constructor(process, directory, port) {
    this.#process = process;
    this.#directory = directory;
    this.#port = port;
  }

  /**
   * @param {string} program
   * @returns {Promise<CoinNode>}
   */
  static async start(program) {
    const directory = mkdtempSync(join(tmpdir(), "corelens-bench-"));
    const [port, rpcPort] = [await freePort(), await freePort()];
    const options = [
      ...["-regtest", `-datadir=${directory}`, `-bind=127.0.0.1:${port}`, `-rpcport=${rpcPort}`],
      ...["-listenonion=0", "-dnsseed=0", "-fixedseeds=0", "-printtoconsole=0"],
      ...["-ipcbind=unix", "-disablewallet", "-rpcservertimeout=600"],
    ];
    const started = spawn(program, options, { stdio: "ignore" });
    const node = new CoinNode(started, directory, rpcPort);
    while (!(await node.#answers())) {
      if (started.exitCode !== null) throw new Error(`${program} ended`);
      await sleep(50);
    }
    await node.#fill();
    return node;
  }

  get pid() {
    return this.#process.pid;
  }

  get socket() {
    return join(this.#directory, "regtest", "node.sock");
  }

  /**
   * Disconnects both blocks and connects them again.
   * @param {() => Promise<void>} between is awaited while they are disconnected
   * @returns {Promise<number>} milliseconds that connecting took
   */
  async reconnect(between) {
    await this.#rpc("invalidateblock", this.#first);
    await between();
    const begin = performance.now();
    await this.#rpc("reconsiderblock", this.#first);
    return performance.now() - begin;
  }

  async stop() {
    const ended = once(this.#process, "exit");
    await this.#rpc("stop");
    await ended;
    rmSync(this.#directory, { recursive: true });
  }

  async #fill() {
    const [base] = await this.#rpc("generatetodescriptor", 101, ANYONE);
    const { tx } = await this.#rpc("getblock", base);
    const many = transaction([[tx[0], 0]], COINS);
    this.#first = (await this.#rpc("generateblock", ANYONE, [many])).hash;
    const block = await this.#rpc("getblock", this.#first);
    const spends = Array.from({ length: COINS / INPUTS }, (_, i) => {
      const inputs = Array.from({ length: INPUTS }, (_, k) => [block.tx[1], i * INPUTS + k]);
      return transaction(inputs, 1);
    });
    await this.#rpc("generateblock", ANYONE, spends);
  }

  async #answers() {
    try {
      await this.#rpc("getblockcount");
      return true;
    } catch {
      return false;
    }
  }

  /**
   * @param {string} method
   * @param {...unknown} params
   */
  async #rpc(method, ...params) {
    const cookie = readFileSync(join(this.#directory, "regtest", ".cookie"), "utf8");
    const response = await fetch(`http://127.0.0.1:${this.#port}`, {
      method: "POST",
      headers: { Authorization: `Basic ${Buffer.from(cookie).toString("base64")}` },
      body: JSON.stringify({ id: 0, method, params }),
    });
    const { result, error } = await response.json();
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }
}

/**
 * @param {readonly (readonly [txid: string, vout: number])[]} inputs
 * @param {number} outputs
 * @returns {string} in hex digits
 */
function transaction(inputs, outputs) {
  const value = Buffer.alloc(8);
  value.writeBigInt64LE(VALUE);
  const spent = inputs.map(([txid, vout]) => {
    const index = Buffer.alloc(4);
    index.writeUInt32LE(vout);
    return Buffer.concat([
      Buffer.from(txid, "hex").reverse(),
      index,
      Buffer.from("00ffffffff", "hex"),
    ]);
  });
  return Buffer.concat([
    Buffer.from("02000000", "hex"),
    ...[compactSize(inputs.length), ...spent],
    ...[compactSize(outputs), ...Array(outputs).fill(Buffer.concat([value, SCRIPT]))],
    Buffer.alloc(4),
  ]).toString("hex");
}

/** @param {number} count */
function compactSize(count) {
  return count < 0xfd ? Buffer.from([count]) : Buffer.from([0xfd, count & 0xff, count >> 8]);
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
