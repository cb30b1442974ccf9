import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { it } from "vitest";
import { describeNeeding, type Need } from "./needs.ts";
import { until } from "./stream.ts";

/** The bitcoind that tests of real nodes run; without it they are skipped, in CI too: not every job has one. */
export const BITCOIND = process.env.CORELENS_BITCOIND;

/** Tests of a real node. */
export function describeRealNode(needs: readonly Need[], name: string, tests: () => void): void {
  if (BITCOIND) describeNeeding(needs, name, tests);
  else it.skip(`${name} (skipped: CORELENS_BITCOIND names no bitcoind)`);
}

/** How a node is started, where that differs. */
interface NodeOptions {
  readonly program?: string;
  /** More options of its command line. */
  readonly options?: readonly string[];
  /** What starts it: a command that becomes the node. */
  readonly launch?: readonly string[];
}

/** A regtest node on this machine that knows no other. */
export class BitcoinNode {
  readonly directory: string;
  readonly port: number;
  readonly rpcPort: number;
  readonly #program: string;
  readonly #start: NodeOptions;
  #process: ChildProcess | undefined;

  private constructor(directory: string, port: number, rpcPort: number, start: NodeOptions) {
    this.directory = directory;
    this.port = port;
    this.rpcPort = rpcPort;
    this.#program = start.program ?? BITCOIND!;
    this.#start = start;
  }

  /** Resolves when it answers. */
  static async start(directory: string, start: NodeOptions = {}): Promise<BitcoinNode> {
    mkdirSync(directory, { recursive: true });
    const node = new BitcoinNode(directory, await freePort(), await freePort(), start);
    await node.start();
    return node;
  }

  get pid(): number {
    return this.#process!.pid!;
  }

  async start(...more: readonly string[]): Promise<void> {
    this.launch(...more);
    await until("the node answers", async () => {
      if (this.#process!.exitCode !== null) throw new Error("bitcoind ended");
      return this.rpc("getblockcount").then(
        () => true,
        () => false,
      );
    });
  }

  /** Starts its process, and does not wait. */
  launch(...more: readonly string[]): void {
    const { options: own = [], launch = [] } = this.#start;
    const options = [
      ...["-regtest", `-datadir=${this.directory}`, `-bind=127.0.0.1:${this.port}`],
      ...[`-rpcport=${this.rpcPort}`, "-listenonion=0", "-dnsseed=0", "-fixedseeds=0"],
      // Sizes on the wire are then those of the messages, and 24 bytes more.
      "-v2transport=0",
      ...["-fallbackfee=0.0001", "-printtoconsole=0", ...own, ...more],
    ];
    const [command = this.#program, ...words] = [...launch, this.#program, ...options];
    this.#process = spawn(command, words, { stdio: "ignore" });
  }

  /** Null as long as it runs; its exit status, or the signal that ended it. */
  get end(): number | string | null {
    return this.#process!.exitCode ?? this.#process!.signalCode;
  }

  /** Resolves when its process is gone. */
  async stop(): Promise<void> {
    if (this.end !== null) return;
    const ended = once(this.#process!, "exit");
    await this.rpc("stop");
    await ended;
  }

  /** The same where it does not answer. */
  async terminate(): Promise<void> {
    const ended = once(this.#process!, "exit");
    this.#process!.kill("SIGTERM");
    await ended;
  }

  /** What bitcoin-cli prints. */
  async rpc(method: string, ...params: (string | number)[]): Promise<string> {
    const cli = join(dirname(this.#program), "bitcoin-cli");
    const options = ["-regtest", `-datadir=${this.directory}`, `-rpcport=${this.rpcPort}`];
    const { stdout } = await promisify(execFile)(cli, [...options, method, ...params.map(String)]);
    return stdout.trim();
  }

  /** The same, where it is JSON. */
  async query<Result>(method: string, ...params: (string | number)[]): Promise<Result> {
    return JSON.parse(await this.rpc(method, ...params));
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** A node and its peer, below a directory. They are not connected. */
export function startTwoNodes(directory: string): Promise<[BitcoinNode, BitcoinNode]> {
  return Promise.all([
    BitcoinNode.start(join(directory, "node")),
    BitcoinNode.start(join(directory, "peer")),
  ]);
}
