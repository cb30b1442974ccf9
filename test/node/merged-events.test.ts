import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { isAlive } from "../../src/node/process/process.ts";
import type { BitcoinNode } from "../helpers/bitcoin-node.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { generate, socketOf, startIpcNode, TRACE_NODE } from "../helpers/ipc-node.ts";
import { describeNeeding, rightsToTrace, root } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";

type Line = Readonly<Record<string, unknown>>;

/** Kinds of events that come by the callbacks below, and the tip's. */
const IPC_KINDS = 10;

/** `corelens trace --sources usdt,ipc --json` as root starts it: two processes, and the guard. */
class MergedTrace {
  readonly lines: Line[] = [];
  readonly #process;

  constructor(node: BitcoinNode, ...options: string[]) {
    const args = ["bin/corelens", "trace", "--json", "--target", `${node.pid}`];
    const more = ["--sources", "usdt,ipc", "--socket", socketOf(node), ...options];
    this.#process = spawn(process.execPath, [...args, ...more], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    createInterface(this.#process.stdout).on("line", (line) => this.lines.push(JSON.parse(line)));
    onTestFinished(() => void this.#process.kill("SIGKILL"));
  }

  /** Resolves when events of both sources come. */
  attached(node: BitcoinNode): Promise<void> {
    return until("both are attached", () => {
      const of = (binary: string) =>
        this.named("corelens:attached").filter((line) => line.binary === binary);
      const isTold = of(socketOf(node)).some(({ tracepoints }) => tracepoints === IPC_KINDS);
      return isTold && of(TRACE_NODE!).length > 0;
    });
  }

  named(tracepoint: string): Line[] {
    return this.lines.filter((line) => line.tracepoint === tracepoint);
  }

  get worker(): number {
    return childrenOf(this.#process.pid!)[0]!;
  }

  get guard(): number {
    const isGuard = (pid: number) => readFileSync(`/proc/${pid}/comm`, "utf8") === "ipc-guard\n";
    return childrenOf(this.worker).find(isGuard)!;
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, "close");
    this.#process.kill("SIGINT");
    await ended;
  }

  get ended(): Promise<unknown> {
    return once(this.#process, "close");
  }
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "ascii").trim().split(" ").map(Number);
}

const uidOf = (pid: number) =>
  /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1];

const name = "a real node's tracepoints and callbacks as one stream";
// Not every job of CI has such a node.
if (!TRACE_NODE) it.skip(`${name} (skipped: CORELENS_IPC_NODE is not set)`);
else {
  describeNeeding([root, rightsToTrace], name, () => {
    const directory = temporaryDirectory();
    let node: BitcoinNode;
    let blocks: string[];

    beforeAll(async () => {
      node = await startIpcNode(TRACE_NODE!, join(directory, "node"));
      blocks = await generate(node, 110);
    });
    afterAll(() => node.stop());

    /** Spends a coinbase that anybody can spend. */
    async function spend(height: number, fee: number): Promise<string> {
      const { tx } = await node.query<{ tx: string[] }>("getblock", blocks[height - 1]!);
      const inputs = JSON.stringify([{ txid: tx[0], vout: 0, sequence: 0xfffffffd }]);
      const address = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
      const amount = (50 - fee).toFixed(8);
      const raw = await node.rpc("createrawtransaction", inputs, `{"${address}":${amount}}`);
      return node.rpc("sendrawtransaction", raw, "0");
    }

    it("has one event with the fields of both sources", async () => {
      const trace = new MergedTrace(node, "--callbacks", "chain,utxo", "--fields", "*");
      await trace.attached(node);

      const replaced = await spend(1, 0.001);
      const txid = await spend(1, 0.01);
      const raw = await node.rpc("getrawtransaction", txid);
      const [hash] = await generate(node, 1);
      await until("all was told", () => trace.named("ipc:updated_block_tip").length > 0);
      await trace.stop();

      const both = { sources: ["usdt", "ipc"], ipc_ktime: expect.any(Number), pid: node.pid };
      expect(trace.named("mempool:added")).toMatchObject([
        { ...both, txid: replaced, fee: 100_000 },
        { ...both, txid, fee: 1_000_000, vsize: expect.any(Number), transaction: raw },
      ]);
      // Only the tracepoint reports mined transactions.
      expect(trace.named("mempool:removed")).toMatchObject([
        { ...both, txid: replaced, reason: "replaced" },
        { sources: ["usdt"], txid, reason: "block" },
      ]);
      expect(trace.named("validation:block_connected")).toMatchObject([
        {
          ...both,
          ...{ hash, transactions: 2, duration_ns: expect.any(Number) },
          ...{ prev_hash: blocks.at(-1), validated: true, historical: false },
        },
      ]);
      const coins = [...trace.named("utxocache:add"), ...trace.named("utxocache:spent")];
      expect(coins.length).toBeGreaterThan(2);
      for (const coin of coins) expect(coin).toMatchObject(both);

      const twins = ["added_to", "removed_from"].map((verb) => `ipc:transaction_${verb}_mempool`);
      for (const name of [...twins, "ipc:block_connected", "ipc:utxo_added", "ipc:utxo_spent"]) {
        expect(trace.named(name)).toEqual([]);
      }
      expect(trace.named("ipc:tip_changed")).toMatchObject([{ hash, sources: ["ipc"] }]);
      const times = trace.lines.flatMap(({ ktime }) => (ktime === undefined ? [] : [ktime]));
      expect(times).toEqual(times.toSorted((a, b) => Number(a) - Number(b)));
      const events = trace.lines.filter(
        ({ tracepoint }) => !`${tracepoint}`.startsWith("corelens:"),
      );
      expect(trace.named("corelens:totals")).toMatchObject([{ delivered: events.length, lost: 0 }]);
    });

    it("is read by an unprivileged process; when it is killed, the node continues", async () => {
      const trace = new MergedTrace(node, "--callbacks", "chain,utxo");
      await trace.attached(node);
      const { worker, guard } = trace;
      expect([worker, guard].map(uidOf)).toEqual(["65534", "65534"]);
      const { ended } = trace;
      process.kill(worker, "SIGKILL");
      await ended;
      await until("the guard ended", () => !isAlive(guard));
      await generate(node, 3);
      expect(node.end).toBeNull();
    });

    it("has events of both sources after a restart of the node", async () => {
      const trace = new MergedTrace(node, "--callbacks", "chain,utxo");
      await trace.attached(node);
      await node.stop();
      await node.start();
      await until("both are attached again", () => {
        const again = trace.named("corelens:attached").filter((line) => line.pid === node.pid);
        return again.some(({ tracepoints }) => tracepoints === IPC_KINDS);
      });
      await until("events of both come", async () => {
        await generate(node, 1);
        return trace
          .named("validation:block_connected")
          .some((line) => line.pid === node.pid && (line.sources as string[]).length === 2);
      });
      await trace.stop();
    });
  });
}
