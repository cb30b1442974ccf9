import { ExportTable } from "./export-table.ts";
import type { StructBuilder } from "./message-builder.ts";
import { MessagePayload } from "./payload.ts";
import type { PeerCall } from "./peer-call.ts";
import type { Question } from "./question.ts";
import { RemoteCapability } from "./remote-capability.ts";
import { protocolError } from "./rpc-errors.ts";
import type { RawPayload } from "./rpc-message.ts";
import type { CallSender, Capability, Descriptor, Fill, Payload, Target } from "./types.ts";

/**
 * The four tables of a connection, and the translation between capabilities and their descriptors in messages.
 * A question of this side is an answer of the peer, and an export of this side is an import of the peer:
 *
 *     here                                                   peer
 *     questions  id ── Call, Bootstrap ───────────────────►  answers    until Finish
 *                   ◄─────────────────────────── Return ───
 *                   ── Finish ────────────────────────────►
 *     exports    id ◄── Call; Release(id, references) ─────  imports    until all references are released
 *     imports    id ─── Call; Release(id, references) ────►  exports
 */
export class RpcTables {
  readonly questions = new Map<number, Question>();
  readonly answers = new Map<number, PeerCall>();
  readonly exports = new ExportTable();
  readonly imports = new Map<number, RemoteCapability>();
  readonly #connection: CallSender;
  #nextId = 0;

  constructor(connection: CallSender) {
    this.#connection = connection;
  }

  get sizes(): Readonly<Record<"questions" | "answers" | "exports" | "imports", number>> {
    return {
      questions: this.questions.size,
      answers: this.answers.size,
      exports: this.exports.size,
      imports: this.imports.size,
    };
  }

  /** Ids are not reused at once, so that mistakes show sooner. */
  freeId(table: ReadonlyMap<number, unknown>): number {
    do this.#nextId = (this.#nextId + 1) >>> 0;
    while (table.has(this.#nextId));
    return this.#nextId;
  }

  /** Fills a payload and exports its capabilities. @param exported receives the id of each new reference */
  fill(payload: StructBuilder, fill: Fill, exported: number[]): FilledPayload {
    const caps: Capability[] = [];
    fill(payload, caps);
    const descriptors = caps.map((capability): Descriptor => {
      const resolved = resolutionOf(capability);
      const remote = resolved.describe?.(this.#connection);
      if (remote) return remote;
      const id = this.exports.add(resolved);
      exported.push(id);
      return { kind: "senderHosted", id };
    });
    return { caps, descriptors };
  }

  releaseExports(ids: readonly number[]): void {
    for (const id of ids) this.exports.release(id, 1);
  }

  /** Adds an owner to each capability of the payload. @throws CorelensError IPC_PROTOCOL */
  received({ root, capTable }: RawPayload): Payload {
    return new MessagePayload(
      root,
      capTable.map((descriptor) => this.capabilityOf(descriptor)),
    );
  }

  /** Adds an owner. @throws CorelensError IPC_PROTOCOL */
  capabilityOf(descriptor: Descriptor): Capability | null {
    switch (descriptor.kind) {
      case "none":
        return null;
      case "receiverHosted":
        return this.exports.get(descriptor.id).hold();
      case "receiverAnswer":
        return this.targetOf({ ...descriptor, kind: "answer" });
      default: {
        const { id } = descriptor;
        const capability = this.imports.get(id) ?? new RemoteCapability(this.#connection, id);
        this.imports.set(id, capability);
        return capability.received();
      }
    }
  }

  /** Adds an owner. @throws CorelensError IPC_PROTOCOL */
  targetOf(target: Target): Capability {
    if (target.kind === "export") return this.exports.get(target.id).hold();
    const peerCall = this.answers.get(target.id);
    if (!peerCall) throw protocolError(`the peer called unknown answer ${target.id}`);
    return peerCall.pipeline(target.path);
  }

  /** Fails all waiting calls. @param error why the connection ended */
  end(error: unknown): void {
    for (const question of this.questions.values()) question.fail(error);
    this.questions.clear();
    for (const peerCall of this.answers.values()) {
      peerCall.cancel();
      peerCall.failed(error);
    }
    this.answers.clear();
    this.exports.clear();
    this.imports.clear();
  }
}

export interface FilledPayload {
  readonly caps: readonly Capability[];
  readonly descriptors: readonly Descriptor[];
}

/** Follows promises to what they resolved to so far. */
export function resolutionOf(capability: Capability): Capability {
  let resolved = capability;
  while (resolved.resolution) resolved = resolved.resolution;
  return resolved;
}
