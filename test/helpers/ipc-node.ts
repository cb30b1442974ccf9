import { type ChildProcessByStdio, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { BITCOIND, BitcoinNode } from "./bitcoin-node.ts";
import { until } from "./stream.ts";

/** A bitcoin-node with the interfaces Node, Chain and Tracing. */
export const TRACE_NODE = process.env.CORELENS_IPC_NODE;

/** The bitcoin-node beside the bitcoind that other tests run. */
export const RELEASE_NODE = besides(BITCOIND);

function besides(bitcoind: string | undefined): string | undefined {
  const program = bitcoind && join(dirname(bitcoind), "bitcoin-node");
  return program && existsSync(program) ? program : undefined;
}

export function startIpcNode(program: string, directory: string): Promise<BitcoinNode> {
  const wallet = program === TRACE_NODE ? ["-disablewallet"] : [];
  return BitcoinNode.start(directory, {
    program,
    options: ["-ipcbind=unix", "-acceptnonstdtxn=1", ...wallet],
  });
}

export function socketOf(node: BitcoinNode): string {
  return join(node.directory, "regtest", "node.sock");
}

/** Where coinbases go: anybody can spend them. */
const ANYONE = "raw(51)";

export function generate(node: BitcoinNode, blocks: number): Promise<string[]> {
  return node.query("generatetodescriptor", blocks, ANYONE);
}

/** `corelens ipc watch --json` as people run it. */
export class Watch {
  readonly process: ChildProcessByStdio<null, Readable, null>;
  readonly events: Readonly<Record<string, unknown>>[] = [];

  constructor(node: BitcoinNode, ...options: string[]) {
    const args = ["bin/corelens", "ipc", "watch", "--json", "--socket", socketOf(node), ...options];
    this.process = spawn(process.execPath, args, {
      stdio: ["ignore", "pipe", "ignore"],
      detached: true,
    });
    createInterface(this.process.stdout).on("line", (line) => this.events.push(JSON.parse(line)));
  }

  get pid(): number {
    return this.process.pid!;
  }

  /** The guard process's id. */
  get guard(): number {
    const children = readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, "utf8");
    const pids = children.trim().split(" ").map(Number);
    return pids.find((pid) => readFileSync(`/proc/${pid}/comm`, "utf8") === "ipc-guard\n")!;
  }

  named(tracepoint: string): Readonly<Record<string, unknown>>[] {
    return this.events.filter((event) => event.tracepoint === tracepoint);
  }

  /** Resolves when so many kinds of events come. */
  attached(kinds: number): Promise<void> {
    return until(`${kinds} kinds of events come`, async () =>
      this.named("corelens:attached").some(({ tracepoints }) => tracepoints === kinds),
    );
  }
}
