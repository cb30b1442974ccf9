import { once } from "node:events";
import { chmodSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server as NetServer, type Socket } from "node:net";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { call } from "../../../src/capnp/call.ts";
import { RpcConnection } from "../../../src/capnp/connection.ts";
import * as messages from "../../../src/capnp/rpc-writer.ts";
import { Server } from "../../../src/capnp/server.ts";
import { IpcConnection } from "../../../src/node/ipc/ipc-connection.ts";
import { Init, Rpc } from "../../../src/node/ipc/schema/init.ts";
import { Mining } from "../../../src/node/ipc/schema/mining.ts";
import { ThreadMap } from "../../../src/node/ipc/schema/proxy.ts";
import { corelens } from "../../cli/run-command.ts";
import { temporaryDirectory } from "../../helpers/compile.ts";
import { describeNeeding, root } from "../../helpers/needs.ts";

/** What answers on the socket is not what it should be. */

const directory = temporaryDirectory();
let servers = 0;
let server: NetServer;

/** @returns its socket */
async function serve(answer: (socket: Socket) => void): Promise<string> {
  server = createServer((socket) => {
    socket.on("error", () => {});
    answer(socket);
  });
  const path = join(directory, `${servers++}.sock`);
  server.listen(path);
  await once(server, "listening");
  return path;
}

afterEach(() => {
  server?.close();
});

const error = (code: string, message: RegExp = /./) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

describe("a bad server at the socket", () => {
  it("is reported if it does not exist", async () => {
    await expect(IpcConnection.open(join(directory, "none"))).rejects.toEqual(
      error("IPC_NOT_FOUND"),
    );
  });

  it("is reported if it is a regular file", async () => {
    const file = join(directory, "file");
    writeFileSync(file, "");
    await expect(IpcConnection.open(file)).rejects.toEqual(error("IPC_NOT_FOUND"));
  });

  it("is reported if its path is too long for a socket", async () => {
    await expect(IpcConnection.open(`/tmp/${"x".repeat(200)}`)).rejects.toEqual(
      error("IPC_NOT_FOUND"),
    );
  });

  it("is reported if it speaks HTTP", async () => {
    const path = await serve((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    await expect(IpcConnection.open(path)).rejects.toEqual(error("IPC_PROTOCOL"));
  });

  it("is reported if it sends nothing", async () => {
    const path = await serve(() => {});
    await expect(IpcConnection.open(path, 50)).rejects.toEqual(
      error("IPC_PROTOCOL", /no valid reply/),
    );
  });

  it("is reported if it closes the connection at once", async () => {
    const path = await serve((socket) => socket.end());
    await expect(IpcConnection.open(path)).rejects.toEqual(error("IPC_CLOSED"));
  });

  it("is reported if it stops in the middle of a message", async () => {
    const half = messages.finishMessage(1, false).subarray(0, 12);
    const path = await serve((socket) => socket.end(half));
    await expect(IpcConnection.open(path)).rejects.toEqual(
      error("IPC_CLOSED", /in the middle of a message/),
    );
  });

  it("is reported if it announces a message of 70 MB", async () => {
    const table = Buffer.alloc(8);
    table.writeUInt32LE(70_000_000 / 8, 4);
    const path = await serve((socket) => socket.write(table));
    await expect(IpcConnection.open(path)).rejects.toEqual(error("IPC_PROTOCOL", /70000008/));
  });

  it("is reported if it sends random bytes", async () => {
    let bytes = new Uint8Array();
    const path = await serve((socket) => socket.end(bytes));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          // Answers and releases of what was never asked or given.
          fc.nat(3).map((id) => messages.keptMessage(id)),
          fc.nat(3).map((id) => messages.canceledMessage(id)),
          fc.nat(3).map((id) => messages.releaseMessage(id, 7)),
          fc.nat(3).map((id) => messages.finishMessage(id, true)),
          fc
            .tuple(fc.nat(3), fc.nat(3))
            .map(([id, target]) =>
              messages.disembargoMessage("senderLoopback", id, { kind: "export", id: target }),
            ),
          fc.nat(3).map((id) => messages.callMessage(id, { kind: "export", id }, 1n, 0, () => [])),
          fc.nat(3).map((id) =>
            messages.resultsMessage(id, (payload) => {
              payload.setCapability(0, id);
              return [{ kind: "receiverHosted", id }];
            }),
          ),
        ),
        async (sent) => {
          bytes = sent as Uint8Array<ArrayBuffer>;
          const connection = new RpcConnection(connect(path));
          const boot = connection.bootstrap();
          await expect(call(boot, Init.methods.construct).results).rejects.toHaveProperty("code");
          await connection.closed;
        },
      ),
      { numRuns: 150 },
    );
  });
});

describeNeeding([root], "a socket that this user may not use", () => {
  it("is distinguished from a missing socket", async () => {
    const path = await serve(() => {});
    chmodSync(path, 0o600);
    process.seteuid!(65534);
    try {
      chmodAllow();
      await expect(IpcConnection.open(path)).rejects.toEqual(error("NO_PERMISSION"));
    } finally {
      process.seteuid!(0);
    }
  });
});

/** The directory lets everybody look. */
function chmodAllow(): void {
  process.seteuid!(0);
  chmodSync(directory, 0o755);
  process.seteuid!(65534);
}

describe("a node of another build", () => {
  /** An Init that creates the given interfaces. */
  const node = (makes: Partial<Record<keyof typeof Init.methods, Server>>) =>
    serve((socket) => {
      const threads = new Server(ThreadMap, { makeThread: () => ({ result: thread }) });
      const thread = new Server(ThreadMap, {});
      const handlers = Object.entries(makes).map(([name, result]) => [name, () => ({ result })]);
      const init = new Server(Init, {
        construct: () => ({ threadMap: threads }),
        ...Object.fromEntries(handlers),
      });
      new RpcConnection(socket, init);
    });

  const named = (name: string) =>
    new (class extends Server<typeof Mining.methods> {
      override serve(...request: Parameters<Server["serve"]>): ReturnType<Server["serve"]> {
        const [interfaceId] = request;
        if (interfaceId === 1n) throw new Error(`; actualInterfaceName = ${name}; requestedTypeId`);
        return super.serve(...request);
      }
    })(Mining, {
      getTip: () => ({ result: { hash: "00".repeat(32), height: 7 }, hasResult: true }),
      waitTipChanged: ({ timeout }) => ({ result: { hash: "00".repeat(32), height: timeout } }),
    });

  it("(v30) makes Mining by another ordinal, with a time-out without default", async () => {
    const path = await node({ makeMiningV30: named("capnp/mining.capnp:Mining") });
    const ipc = await IpcConnection.open(path);
    expect(ipc.offers).toEqual(["Mining"]);
    expect(await ipc.mining!.getTip()).toEqual({ hash: "00".repeat(32), height: 7 });
    ipc.close();
  });

  it("with another interface at an ordinal is not called", async () => {
    const path = await node({
      makeMining: named("capnp/mining.capnp:Mining"),
      makeRpcOrChain: named("capnp/gadget.capnp:Gadget"),
      makeNode: named("capnp/chain.capnp:Chain"),
    });
    const ipc = await IpcConnection.open(path);
    expect(ipc.offers).toEqual(["Mining"]);
    expect([ipc.rpc, ipc.chain, ipc.node]).toEqual([null, null, null]);
    ipc.close();
  });

  it("that is too busy is reported", async () => {
    const busy = new Server(Rpc, {
      executeRpc: () => {
        throw new Error("thread busy");
      },
    });
    const path = await serve((socket) => new RpcConnection(socket, busy));
    const connection = new RpcConnection(connect(path));
    const { results } = call(connection.bootstrap(), Rpc.methods.executeRpc, { request: "{}" });
    await expect(results).rejects.toEqual(error("IPC_BUSY"));
    connection.close();
  });

  it("receives no request that exceeds a message", async () => {
    const path = await serve((socket) => new RpcConnection(socket, new Server(Rpc, {})));
    const connection = new RpcConnection(connect(path));
    const request = "x".repeat(70_000_000);
    const { results } = call(connection.bootstrap(), Rpc.methods.executeRpc, { request });
    await expect(results).rejects.toEqual(error("IPC_TOO_LARGE"));
    connection.close();
  });
});

describe("corelens ipc", () => {
  it("prints the problem and its cure", async () => {
    const { status, stderr } = await corelens("ipc", "status", "--socket", "/nowhere/node.sock");
    expect(status).toBe(3);
    expect(stderr).toContain("IPC_NOT_FOUND: no process listens on /nowhere/node.sock");
  });

  it("lists the possible calls, and refuses others", async () => {
    const { stdout } = await corelens("ipc", "call");
    expect(stdout).toContain("node.getNodeCount <direction?>");
    expect(stdout.split("\n").length).toBeGreaterThan(35);
    expect((await corelens("ipc", "call", "node.stop")).stderr).toContain(
      "unknown method node.stop",
    );
    expect((await corelens("ipc", "call", "chain.isInMempool")).stderr).toContain("takes txid");
    expect((await corelens("ipc", "watch", "--callbacks", "x")).stderr).toContain(
      "unknown callback x",
    );
  });
});
