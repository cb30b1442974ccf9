import { CorelensError } from "../../errors.ts";
import { resultOf } from "../rpc/answer.ts";
import type { RpcCaller } from "../rpc/caller.ts";
import type { Connector } from "./connector.ts";
import type { RpcClient } from "./interfaces/rpc.ts";
import { IpcConnection } from "./ipc-connection.ts";

/**
 * JSON-RPC through the node's IPC socket, without an RPC server, cookie or password. There are no whitelists: a user who
 * can open the socket can call every method.
 *
 * It uses one persistent connection. If that ends, the next call connects again.
 */
export class IpcCaller implements RpcCaller {
  readonly #connector: Connector;
  #opening: Promise<IpcConnection> | null = null;
  #address: string | null = null;

  constructor(connector: Connector) {
    this.#connector = connector;
  }

  /** The socket of the last call; null before the first. */
  get address(): string | null {
    return this.#address;
  }

  /** @throws CorelensError RPC_REFUSED, RPC_NOT_READY, RPC_ANSWER_INVALID, IPC_*, NO_PERMISSION */
  async call(method: string, params: readonly unknown[] = []): Promise<unknown> {
    const rpc = await this.#rpc();
    const text = await rpc.executeRpc(JSON.stringify({ jsonrpc: "2.0", id: 0, method, params }));
    return resultOf(method, parsed(method, text));
  }

  /** Closes the connection; pending calls fail. */
  close(): void {
    this.#opening?.then(
      (ipc) => ipc.close(),
      () => {},
    );
  }

  async #rpc(): Promise<RpcClient> {
    this.#opening ??= this.#open();
    const { rpc, path, offers } = await this.#opening;
    this.#address = path;
    if (rpc) return rpc;
    throw new CorelensError(
      "IPC_UNSUPPORTED",
      `${path} offers ${offers.join(", ")}, but not Rpc, which Bitcoin Core has after v31`,
      "omit --socket to use the node's RPC server",
    );
  }

  async #open(): Promise<IpcConnection> {
    const forget = (): void => {
      this.#opening = null;
    };
    try {
      const ipc = await IpcConnection.open(this.#connector);
      ipc.closed.then(forget);
      return ipc;
    } catch (error) {
      forget();
      throw error;
    }
  }
}

function parsed(method: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CorelensError("RPC_ANSWER_INVALID", `the reply to ${method} is not JSON`, undefined, {
      cause,
    });
  }
}
