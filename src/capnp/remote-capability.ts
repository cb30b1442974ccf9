import type { CorelensError } from "../errors.ts";
import { BrokenCapability, PendingAnswer, requestOver } from "./promise.ts";
import { connectionClosed } from "./rpc-errors.ts";
import type { Answer, CallSender, Capability, Descriptor, Fill } from "./types.ts";

/** An import: a capability that the peer serves, or promises. */
export class RemoteCapability implements Capability {
  resolution: Capability | null = null;
  readonly #connection: CallSender;
  readonly #id: number;
  /** The peer's count; all are released together. */
  #references = 0;
  #owners = 0;
  #wasCalled = false;

  constructor(connection: CallSender, id: number) {
    this.#connection = connection;
    this.#id = id;
  }

  /** Call it each time the peer sends the capability. */
  received(): this {
    this.#references++;
    this.#owners++;
    return this;
  }

  request(interfaceId: bigint, methodId: number, fill: Fill): Answer {
    if (this.#owners <= 0) {
      const error = connectionClosed("the capability was released before the call");
      return new PendingAnswer(Promise.reject(error));
    }
    if (this.resolution) return this.resolution.request(interfaceId, methodId, fill);
    this.#wasCalled = true;
    return requestOver(
      this.#connection,
      { kind: "export", id: this.#id },
      interfaceId,
      methodId,
      fill,
    );
  }

  hold(): this {
    this.#owners++;
    return this;
  }

  release(): void {
    if (--this.#owners !== 0) return;
    this.resolution?.release();
    this.#connection.releaseImport(this.#id, this.#references);
  }

  describe(connection: object): Descriptor | null {
    return connection === this.#connection ? { kind: "receiverHosted", id: this.#id } : null;
  }

  /** The peer resolved its promise. */
  resolve(capability: Capability): void {
    this.resolution = this.#connection.afterEmbargo(
      capability,
      { kind: "export", id: this.#id },
      this.#wasCalled,
    );
  }

  break(error: CorelensError): void {
    this.resolution = new BrokenCapability(error);
  }
}
