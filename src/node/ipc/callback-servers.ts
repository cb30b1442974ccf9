import { displayHash } from "../../bitcoin/hash.ts";
import type { StructBuilder } from "../../capnp/message-builder.ts";
import { type Handlers, Server } from "../../capnp/server.ts";
import type { Capability, Interface, Payload, ValueOf } from "../../capnp/types.ts";
import type { IpcEventName } from "./events.ts";
import { type BlockInfo, ChainNotifications } from "./schema/chain.ts";
import {
  BannedListChanged,
  NetworkActiveChanged,
  NotifyBlockTip,
  NotifyHeaderTip,
  NumConnectionsChanged,
} from "./schema/node.ts";
import { UtxoCacheTrace, type UtxoInfo } from "./schema/tracing.ts";

/** Receives the calls of the servers below. */
export interface Listener {
  /** @param context of the call, with the node's thread; null if the call has none */
  event(
    name: IpcEventName,
    values: Readonly<Record<string, unknown>>,
    context: { readonly thread: Capability | null } | null,
  ): void;
  /** The chain was written to disk. The node's shutdown waits for this call before it ends connections. */
  flushed(context: { readonly thread: Capability | null } | null): Promise<undefined> | undefined;
  /** A call could not be decoded; it was answered nevertheless. */
  undecodable(error: unknown): void;
  /** The node has released the callback. */
  dropped(): void;
}

/**
 * Serves the node's callbacks. An exception in a reply would end the node. So every call gets a normal reply, even an
 * undecodable one or a method of a later release.
 */
class CallbackServer<M> extends Server<M> {
  readonly #listener: Listener;

  constructor(type: Interface<M>, listener: Listener, handlers: Handlers<M>) {
    super(type, handlers, () => listener.dropped());
    this.#listener = listener;
  }

  override serve(...request: [bigint, number, Payload]): ReturnType<Server<M>["serve"]> {
    try {
      return super.serve(...request);
    } catch (error) {
      this.#listener.undecodable(error);
      return (payload: StructBuilder) => void payload.struct(0, 0, 0);
    }
  }
}

const destroy = (): undefined => undefined;

export function chainNotifications(listener: Listener): Server {
  return new CallbackServer(ChainNotifications, listener, {
    destroy,
    transactionAddedToMempool: ({ tx, context }) => {
      listener.event("ipc:transaction_added_to_mempool", { tx }, context);
    },
    transactionRemovedFromMempool: ({ tx, reason, context }) => {
      listener.event("ipc:transaction_removed_from_mempool", { tx, reason }, context);
    },
    blockConnected: ({ role, block, context }) => {
      listener.event("ipc:block_connected", { ...blockValues(block), ...role }, context);
    },
    blockDisconnected: ({ block, context }) => {
      listener.event("ipc:block_disconnected", blockValues(block), context);
    },
    updatedBlockTip: ({ context }) => {
      listener.event("ipc:updated_block_tip", {}, context);
    },
    chainStateFlushed: ({ role, locator, context }) => {
      const values = { hash: firstOf(locator), ...role };
      listener.event("ipc:chain_state_flushed", values, context);
      return listener.flushed(context);
    },
  });
}

function blockValues(block: ValueOf<typeof BlockInfo>): Record<string, unknown> {
  return {
    hash: block.hash,
    height: block.height,
    prev_hash: block.prevHash,
    size: block.data.length,
    file_number: block.fileNumber,
    data_pos: block.dataPos,
    chain_time_max: block.chainTimeMax,
  };
}

/** The first block of a locator: version (int32), number of hashes, hashes. */
function firstOf(locator: Uint8Array): string | null {
  return locator.length < 37 ? null : displayHash(locator.subarray(5, 37));
}

export function utxoCacheTrace(listener: Listener): Server {
  const report =
    (name: IpcEventName) =>
    ({ utxoInfo }: { readonly utxoInfo: ValueOf<typeof UtxoInfo> }): undefined => {
      const { outpointHash, outpointN, height, value, isCoinbase } = utxoInfo;
      const coin = { txid: outpointHash, vout: outpointN, height, value, is_coinbase: isCoinbase };
      listener.event(name, coin, null);
    };
  return new CallbackServer(UtxoCacheTrace, listener, {
    destroy,
    add: report("ipc:utxo_added"),
    spend: report("ipc:utxo_spent"),
    uncache: report("ipc:utxo_uncached"),
  });
}

const tipCallback =
  (type: typeof NotifyBlockTip, name: IpcEventName) =>
  (listener: Listener): Server =>
    new CallbackServer(type, listener, {
      destroy,
      call: ({ context, syncState, tip, verificationProgress }) => {
        const values = {
          sync_state: syncState,
          height: tip.blockHeight,
          block_time: tip.blockTime,
          hash: tip.blockHash,
          progress_ppm: Math.round(verificationProgress * 1e6),
        };
        listener.event(name, values, context);
      },
    });

export const blockTip = tipCallback(NotifyBlockTip, "ipc:block_tip");
export const headerTip = tipCallback(NotifyHeaderTip, "ipc:header_tip");

export function connectionsChanged(listener: Listener): Server {
  return new CallbackServer(NumConnectionsChanged, listener, {
    destroy,
    call: ({ context, newNumConnections }) => {
      listener.event("ipc:connections_changed", { connections: newNumConnections }, context);
    },
  });
}

export function networkActiveChanged(listener: Listener): Server {
  return new CallbackServer(NetworkActiveChanged, listener, {
    destroy,
    call: ({ context, networkActive }) => {
      listener.event("ipc:network_active_changed", { active: networkActive }, context);
    },
  });
}

export function bannedListChanged(listener: Listener): Server {
  return new CallbackServer(BannedListChanged, listener, {
    destroy,
    call: ({ context }) => {
      listener.event("ipc:banned_list_changed", {}, context);
    },
  });
}
