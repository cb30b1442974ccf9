import type { Server } from "../../capnp/server.ts";
import type { Capability, Interface, Method } from "../../capnp/types.ts";
import { CorelensError } from "../../errors.ts";
import * as servers from "./callback-servers.ts";
import type { IpcEventName } from "./events.ts";
import type { NodeThread } from "./node-thread.ts";
import { Chain } from "./schema/chain.ts";
import { Handler } from "./schema/init.ts";
import { Node } from "./schema/node.ts";
import { Tracing } from "./schema/tracing.ts";

/**
 * Registers callbacks with the node. While a callback is registered, the node depends on this process: it waits for
 * each reply, ends when the connection ends, and aborts if it is shut down (docs/ipc.md). So this is the only safe
 * order, and only the guard process (guard.ts) may use this file:
 *
 *     register ─► Handler … disconnect ─► the node drops the callback ─► release the Handler ─► close
 */

type Registration = Method<unknown, { readonly result: Capability | null }>;

interface CallbackKind {
  readonly summary: string;
  /** The interface that the node must offer. */
  readonly of: Interface;
  readonly register: Registration;
  /** The parameter that takes the callback. */
  readonly parameter: string;
  readonly events: readonly IpcEventName[];
  readonly serve: (listener: servers.Listener) => Server;
}

const { handleNotifications } = Chain.methods;
const { traceUtxoCache } = Tracing.methods;

/** By the name that selects it. */
export const CALLBACKS = {
  chain: {
    summary: "blocks, flushes, transactions in and out of the mempool",
    of: Chain,
    register: handleNotifications as Registration,
    parameter: "notifications",
    events: [
      "ipc:transaction_added_to_mempool",
      "ipc:transaction_removed_from_mempool",
      "ipc:block_connected",
      "ipc:block_disconnected",
      "ipc:updated_block_tip",
      "ipc:chain_state_flushed",
    ],
    serve: servers.chainNotifications,
  },
  utxo: {
    summary: "every coin added, spent or uncached; each call blocks the node",
    of: Tracing,
    register: traceUtxoCache as Registration,
    parameter: "callback",
    events: ["ipc:utxo_added", "ipc:utxo_spent", "ipc:utxo_uncached"],
    serve: servers.utxoCacheTrace,
  },
  block_tip: ofNode("handleNotifyBlockTip", "ipc:block_tip", servers.blockTip, "a new tip"),
  header_tip: ofNode(
    "handleNotifyHeaderTip",
    "ipc:header_tip",
    servers.headerTip,
    "a new best header",
  ),
  connections: ofNode(
    "handleNotifyNumConnectionsChanged",
    "ipc:connections_changed",
    servers.connectionsChanged,
    "a changed number of peers",
  ),
  network_active: ofNode(
    "handleNotifyNetworkActiveChanged",
    "ipc:network_active_changed",
    servers.networkActiveChanged,
    "networking switched on or off",
  ),
  bans: ofNode(
    "handleBannedListChanged",
    "ipc:banned_list_changed",
    servers.bannedListChanged,
    "bans added or removed",
  ),
} as const satisfies Record<string, CallbackKind>;

export type CallbackName = keyof typeof CALLBACKS;

function ofNode(
  method: keyof typeof Node.methods & `handle${string}`,
  event: IpcEventName,
  serve: CallbackKind["serve"],
  summary: string,
): CallbackKind {
  const register = Node.methods[method] as Registration;
  return { summary, of: Node, register, parameter: "callback", events: [event], serve };
}

/** A registered callback. */
export class Callback {
  readonly #thread: NodeThread;
  readonly #handler: Capability;
  readonly #dropped: Promise<void>;
  #disconnected: Promise<unknown> | null = null;

  private constructor(thread: NodeThread, handler: Capability, dropped: Promise<void>) {
    this.#thread = thread;
    this.#handler = handler;
    this.#dropped = dropped;
  }

  /**
   * @param offered the capability of the interface that registers this kind of callback
   * @throws CorelensError IPC_*; then nothing is registered, or the node is gone
   */
  static async register(
    offered: Capability,
    thread: NodeThread,
    name: CallbackName,
    listener: Omit<servers.Listener, "dropped">,
  ): Promise<Callback> {
    const { register, parameter, serve }: CallbackKind = CALLBACKS[name];
    let dropped!: () => void;
    const gone = new Promise<void>((resolve) => {
      dropped = resolve;
    });
    const server = serve({ ...listener, dropped });
    const { result } = await thread.call(offered, register, { [parameter]: server });
    if (!result) throw new CorelensError("IPC_PROTOCOL", "the node returned no handler");
    return new Callback(thread, result, gone);
  }

  /** Resolves once the node starts no more calls; calls that it has started continue. */
  disconnect(): Promise<unknown> {
    this.#disconnected ??= this.#thread.call(this.#handler, Handler.methods.disconnect, {});
    return this.#disconnected;
  }

  /** Resolves once the node has released the callback; then the connection may be closed. */
  async end(): Promise<void> {
    await this.disconnect();
    await this.#dropped;
    this.#handler.release();
  }
}
