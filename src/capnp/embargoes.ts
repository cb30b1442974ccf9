import { PromisedCapability } from "./promise.ts";
import { protocolError } from "./rpc-errors.ts";
import type { RpcMessage } from "./rpc-message.ts";
import { type RpcTables, resolutionOf } from "./rpc-tables.ts";
import { disembargoMessage } from "./rpc-writer.ts";
import { Server } from "./server.ts";
import type { CallSender, Capability, Target } from "./types.ts";

/**
 * Keeps calls in order when a promise resolves to a capability of the caller's own side. Earlier calls still return
 * over the socket, so the caller sends a Disembargo after them and holds later calls until the peer sends it back:
 *
 *     here                               peer
 *     call 1 to the promise ──────────►
 *                           ◄─────────── the promise is your capability C
 *     Disembargo            ──────────►
 *     (call 2 waits)        ◄─────────── call 1 to C
 *                           ◄─────────── Disembargo
 *     call 2 to C
 */
export class Embargoes {
  readonly #lifts = new Map<number, () => void>();
  readonly #connection: CallSender;
  readonly #tables: RpcTables;
  readonly #send: (message: Uint8Array) => void;

  constructor(connection: CallSender, tables: RpcTables, send: (message: Uint8Array) => void) {
    this.#connection = connection;
    this.#tables = tables;
    this.#send = send;
  }

  /** @param target the promise's address */
  begin(capability: Capability, target: Target): Capability {
    if (!(capability instanceof Server)) return capability;
    const id = this.#tables.freeId(this.#lifts);
    const lifted = new Promise<Capability>((resolve) => {
      this.#lifts.set(id, () => resolve(capability));
    });
    this.#send(disembargoMessage("senderLoopback", id, target));
    return new PromisedCapability(lifted);
  }

  /** @throws CorelensError IPC_PROTOCOL */
  disembargoed({ context, id, target }: RpcMessage & { readonly type: "disembargo" }): void {
    if (context === "receiverLoopback") {
      const lift = this.#lifts.get(id);
      if (!lift) throw protocolError(`the peer lifted unknown embargo ${id}`);
      this.#lifts.delete(id);
      lift();
      return;
    }
    const capability = this.#tables.targetOf(target);
    capability.release();
    const remote = resolutionOf(capability).describe?.(this.#connection);
    if (context !== "senderLoopback" || remote?.kind !== "receiverHosted") {
      throw protocolError("the peer sent an invalid request to lift an embargo");
    }
    const back = { kind: "export", id: remote.id } as const;
    this.#send(disembargoMessage("receiverLoopback", id, back));
  }

  clear(): void {
    this.#lifts.clear();
  }
}
