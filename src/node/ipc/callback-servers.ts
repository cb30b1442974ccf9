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

/** Where the servers below tell what they were called for. */
export interface Listener {
  /** @param context of the call: whose thread made it; null when that was not told */
  event(
    name: IpcEventName,
    values: Readonly<Record<string, unknown>>,
    context: { readonly thread: Capability | null } | null,
  ): void;
  /** The chain was written to disk: what the node's shutdown waits for before it ends connections. */
  flushed(context: { readonly thread: Capability | null } | null): Promise<undefined> | undefined;
  /** A call that could not be understood, and was answered all the same. */
  misunderstood(error: unknown): void;
  /** The node does not know the callback any more. */
  dropped(): void;
}

/**
 * What the node calls back on. An exception for an answer would end the node, so whatever comes is answered as done:
 * also what cannot be read, and methods of a later release.
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
      this.#listener.misunderstood(error);
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
  const tell =
    (name: IpcEventName) =>
    ({ utxoInfo }: { readonly utxoInfo: ValueOf<typeof UtxoInfo> }): undefined => {
      const { outpointHash, outpointN, height, value, isCoinbase } = utxoInfo;
      const coin = { txid: outpointHash, vout: outpointN, height, value, is_coinbase: isCoinbase };
      listener.event(name, coin, null);
    };
  return new CallbackServer(UtxoCacheTrace, listener, {
    destroy,
    add: tell("ipc:utxo_added"),
    spend: tell("ipc:utxo_spent"),
    uncache: tell("ipc:utxo_uncached"),
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
