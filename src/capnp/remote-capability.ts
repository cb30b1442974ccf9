import { CorelensError } from "../errors.ts";
import {
  type Answer,
  BrokenCapability,
  type Capability,
  type Fill,
  PendingAnswer,
} from "./capability.ts";
import { type Peer, requestOver } from "./question.ts";
import type { Descriptor } from "./rpc-message.ts";

/** An import: a capability that the other side serves, or promised to tell of. */
export class RemoteCapability implements Capability {
  resolution: Capability | null = null;
  readonly #peer: Peer;
  readonly #id: number;
  /** As many as the other side gave; they go back together. */
  #references = 0;
  #owners = 0;
  #wasCalled = false;

  constructor(peer: Peer, id: number) {
    this.#peer = peer;
    this.#id = id;
  }

  /** The other side sent it once more. */
  received(): this {
    this.#references++;
    this.#owners++;
    return this;
  }

  request(interfaceId: bigint, methodId: number, fill: Fill): Answer {
    if (this.#owners <= 0) {
      const error = new CorelensError("IPC_CLOSED", "the capability was released before the call");
      return new PendingAnswer(Promise.reject(error));
    }
    if (this.resolution) return this.resolution.request(interfaceId, methodId, fill);
    this.#wasCalled = true;
    return requestOver(this.#peer, { kind: "export", id: this.#id }, interfaceId, methodId, fill);
  }

  hold(): this {
    this.#owners++;
    return this;
  }

  release(): void {
    if (--this.#owners !== 0) return;
    this.resolution?.release();
    this.#peer.releaseImport(this.#id, this.#references);
  }

  describe(connection: object): Descriptor | null {
    return connection === this.#peer ? { kind: "receiverHosted", id: this.#id } : null;
  }

  /** The promise was kept. */
  resolve(capability: Capability): void {
    this.resolution = this.#peer.afterEmbargo(
      capability,
      { kind: "export", id: this.#id },
      this.#wasCalled,
    );
  }

  break(error: CorelensError): void {
    this.resolution = new BrokenCapability(error);
  }
}
