import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { connectorTo } from "../../src/node/ipc/connector.ts";
import { IpcCaller } from "../../src/node/ipc/ipc-caller.ts";
import { RpcError } from "../../src/node/rpc/answer.ts";
import { FallbackCaller } from "../../src/node/rpc/fallback-caller.ts";
import { findRpc } from "../../src/node/rpc/find-rpc.ts";
import { HttpCaller } from "../../src/node/rpc/http-caller.ts";
import { STATE_PARTS } from "../../src/node/state/calls.ts";
import { RpcSource } from "../../src/node/state/rpc-source.ts";
import { StateReader } from "../../src/node/state/state-reader.ts";
import type { BitcoinNode } from "../helpers/bitcoin-node.ts";
import { RunningCommand } from "../helpers/command.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { RELEASE_NODE, socketOf, startIpcNode, TRACE_NODE } from "../helpers/ipc-node.ts";
import { until } from "../helpers/stream.ts";

const reason = "CORELENS_BITCOIND names no bitcoind with a bitcoin-node beside it";
const name = "a node's state through IPC";

(RELEASE_NODE ? describe : describe.skip)(
  RELEASE_NODE ? name : `${name} (skipped: ${reason})`,
  () => {
    const directory = temporaryDirectory();
    let node: BitcoinNode;

    beforeAll(async () => {
      node = await startIpcNode(RELEASE_NODE!, join(directory, "node"));
    });
    afterAll(() => node.stop());

    const callerAt = (path: string): IpcCaller => {
      const caller = new IpcCaller(connectorTo(path));
      onTestFinished(() => caller.close());
      return caller;
    };
    const byHttp = (): HttpCaller => {
      const caller = new HttpCaller(() => findRpc({ directory: node.directory }));
      onTestFinished(() => caller.close());
      return caller;
    };
    const byDeadHttp = () =>
      new HttpCaller(() => ({ host: "127.0.0.1", port: 1, user: "a", password: "b" }));

    it("equals the state from JSON-RPC", async () => {
      const parts = STATE_PARTS.filter((part) => part !== "uptime" && part !== "memory");
      const read = (caller: HttpCaller | IpcCaller) =>
        new StateReader(new RpcSource(caller)).read(parts);
      const [ipc, http] = [await read(callerAt(socketOf(node))), await read(byHttp())];
      const { availability, read_at, ...rest } = ipc;
      expect(availability.status).toBe("up");
      expect(Object.keys(read_at)).toEqual(Object.keys(http.read_at));
      expect({ ...rest, traffic: null }).toEqual({
        ...http,
        ...{ availability: undefined, read_at: undefined, traffic: null },
      });
    });

    it("has the node's own error if a call is refused", async () => {
      const error = await callerAt(socketOf(node))
        .call("nonsense")
        .catch((error: unknown) => error as RpcError);
      expect(error).toBeInstanceOf(RpcError);
      expect((error as RpcError).rpcCode).toBe(-32601);
    });

    it("is read again after the node was restarted", async () => {
      const caller = callerAt(socketOf(node));
      expect(await caller.call("getblockcount")).toBe(0);
      await node.stop();
      await node.start();
      await until("it answers", () =>
        caller.call("getblockcount").then(
          () => true,
          () => false,
        ),
      );
    });

    it("is read through IPC if the RPC server does not answer", async () => {
      const caller = new FallbackCaller(byDeadHttp(), callerAt(socketOf(node)));
      expect(await caller.call("getblockcount")).toBe(0);
      expect(caller.address).toBe(socketOf(node));
    });

    it("has the error of the RPC server if neither answers", async () => {
      const caller = new FallbackCaller(byDeadHttp(), callerAt(join(directory, "nothing")));
      await expect(caller.call("getblockcount")).rejects.toMatchObject({ code: "RPC_UNREACHABLE" });
    });

    it("is shown by corelens state --socket, whose unprivileged process receives the connection", async () => {
      const command = new RunningCommand(["state", "--json", "--socket", socketOf(node)]);
      await command.ended;
      expect(command.stderr).toBe("");
      expect(JSON.parse(command.stdout)).toMatchObject({
        chain: { height: 0 },
        network: { version: 319900 },
      });
    });
  },
);

(TRACE_NODE ? describe : describe.skip)(
  "a node whose IPC has no Rpc (needs CORELENS_IPC_NODE)",
  () => {
    const directory = temporaryDirectory();

    it("is refused with a cure", async () => {
      const node = await startIpcNode(TRACE_NODE!, join(directory, "node"));
      onTestFinished(() => node.stop());
      const caller = new IpcCaller(connectorTo(socketOf(node)));
      onTestFinished(() => caller.close());
      await expect(caller.call("uptime")).rejects.toMatchObject({ code: "IPC_UNSUPPORTED" });
    });
  },
);
