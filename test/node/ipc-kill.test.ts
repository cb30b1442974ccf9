import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { IpcConnection } from "../../src/node/ipc/ipc-connection.ts";
import { isAlive } from "../../src/node/process/process.ts";
import type { BitcoinNode } from "../helpers/bitcoin-node.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { generate, socketOf, startIpcNode, TRACE_NODE, Watch } from "../helpers/ipc-node.ts";
import { until } from "../helpers/stream.ts";

/**
 * Every way to end corelens that somebody may choose, against a real node. Without a guard, nearly all of them end the
 * node too (docs/ipc.md).
 */
const EVERYTHING = "chain,utxo,block_tip,header_tip,connections,network_active,bans";
const KINDS = 15;

const describeKilling = TRACE_NODE ? describe : describe.skip;

describeKilling("killing corelens (needs CORELENS_IPC_NODE)", () => {
  const directory = temporaryDirectory();
  let runs = 0;
  let node: BitcoinNode;
  let watch: Watch;
  let guard: number;

  beforeEach(async () => {
    node = await startIpcNode(TRACE_NODE!, join(directory, `${runs++}`));
    // The node counts as having the chain then.
    await generate(node, 1);
    watch = new Watch(node, "--callbacks", EVERYTHING);
    await watch.attached(KINDS);
    guard = watch.guard;
  });
  afterEach(async () => {
    watch.process.kill("SIGKILL");
    await node.stop();
  });

  /** The guard is gone, the node is not, and still does its work. */
  async function expectNodeToLive(): Promise<void> {
    await until("the guard ended", async () => !isAlive(guard));
    const before = await node.query<number>("getblockcount");
    await generate(node, 3);
    expect(await node.query("getblockcount")).toBe(before + 3);
    await sleep(100);
    expect(node.end).toBeNull();
  }

  async function kill(signal: NodeJS.Signals, pid = watch.pid): Promise<void> {
    const ended = once(watch.process, "exit");
    process.kill(pid, signal);
    if (Math.abs(pid) === watch.pid) await ended;
  }

  for (const signal of ["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGSEGV"] as const) {
    it(`the node survives ${signal} to corelens`, async () => {
      await kill(signal);
      await expectNodeToLive();
    });
  }

  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGABRT", "SIGUSR1"] as const) {
    it(`the node survives ${signal} to the guard`, async () => {
      await kill(signal, guard);
      await expectNodeToLive();
      await until("it is told", async () => watch.named("corelens:error").length > 0);
    });
  }

  it("the node survives SIGKILL to corelens while blocks are connected", async () => {
    const blocks = generate(node, 200);
    await until("blocks come", async () => watch.named("ipc:block_connected").length > 20);
    await kill("SIGKILL");
    await blocks;
    await expectNodeToLive();
  });

  it("the node survives SIGKILL to the whole process group", async () => {
    await kill("SIGKILL", -watch.pid);
    await expectNodeToLive();
  });

  it("a stopped command does not block the node", async () => {
    process.kill(watch.pid, "SIGSTOP");
    await generate(node, 50);
    expect(await node.query("getblockcount")).toBe(51);
    process.kill(watch.pid, "SIGCONT");
    await until("it catches up", async () => watch.named("ipc:block_connected").length === 50);
    await kill("SIGTERM");
    await expectNodeToLive();
  });

  it("the node shuts down cleanly with callbacks registered", async () => {
    await node.stop();
    expect(node.end).toBe(0);
    await until("it is told", async () => watch.named("corelens:ended").length === 1);
  });

  it("the node shuts down cleanly by SIGTERM with callbacks registered", async () => {
    process.kill(node.pid, "SIGTERM");
    await until("the node ended", async () => node.end !== null);
    expect(node.end).toBe(0);
  });

  it("callbacks resume when the node restarts", async () => {
    await node.stop();
    await node.start();
    await until("it is attached again", async () => {
      return watch.named("corelens:attached").filter((e) => e.tracepoints === KINDS).length === 2;
    });
    guard = watch.guard;
    await generate(node, 1);
    await until("blocks come", async () => watch.named("ipc:block_connected").length === 1);
    await kill("SIGTERM");
    await expectNodeToLive();
  });

  it("the node survives SIGKILL to clients that poll without a pause", async () => {
    const module = new URL("../../dist/node/ipc/ipc-connection.js", import.meta.url).href;
    const program = `
      const { IpcConnection } = await import(${JSON.stringify(module)});
      const ipc = await IpcConnection.open(${JSON.stringify(socketOf(node))});
      console.log("polling");
      for (;;) await ipc.node.getNodeCount();`;
    for (let i = 0; i < 20; i++) {
      const client = spawn(process.execPath, ["--input-type=module", "-e", program]);
      await once(client.stdout, "data");
      const ended = once(client, "exit");
      client.kill("SIGKILL");
      await ended;
    }
    await kill("SIGTERM");
    await expectNodeToLive();
  });

  it("the node survives requests while it starts", async () => {
    await node.stop();
    const starting = node.start();
    let ipc: IpcConnection | null = null;
    while (!ipc && node.end === null) {
      ipc = await IpcConnection.open(socketOf(node)).catch((error) => {
        expect(["IPC_NOT_FOUND", "IPC_BUSY", "IPC_CLOSED"]).toContain(error.code);
        return null;
      });
    }
    expect(await ipc!.mining!.getTip()).toMatchObject({ height: 1 });
    ipc!.close();
    await starting;
    await kill("SIGTERM");
  });

  it("SIGKILL to the guard itself ends the node, which is a known limitation", async () => {
    await kill("SIGKILL", guard);
    await until("the node ended", async () => node.end !== null);
    expect(node.end).toBe("SIGABRT");
  });
});
