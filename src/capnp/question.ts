import {
  type Answer,
  BrokenCapability,
  type Capability,
  cancelled,
  type Fill,
  nothingThere,
  type Payload,
  PendingAnswer,
} from "./capability.ts";
import type { Descriptor, Target } from "./rpc-message.ts";

/** What questions and imports ask of their connection. */
export interface Peer {
  /** @throws CorelensError IPC_CLOSED, IPC_TOO_LARGE: nothing was sent then */
  sendCall(target: Target, interfaceId: bigint, methodId: number, fill: Fill): Question;
  /** Nobody waits for the question any more; its id stays taken until the answer came. */
  finishEarly(questionId: number): void;
  releaseImport(id: number, references: number): void;
  /**
   * What was promised turned out to be `capability`. When that is our own, and calls are on their way to it over the
   * socket, those that follow have to wait for them.
   * @param target how the promise was called
   */
  afterEmbargo(capability: Capability, target: Target, wasCalled: boolean): Capability;
}

/** A call that the other side has not answered yet. */
export class Question implements Answer {
  readonly id: number;
  readonly payload: Promise<Payload>;
  /** Exports that the parameters gave a reference to. */
  paramExports: readonly number[] = [];
  isCancelled = false;
  readonly #peer: Peer;
  readonly #promises: PipelinedCapability[] = [];
  #outcome: Payload | { readonly error: unknown } | null = null;
  #resolve!: (payload: Payload) => void;
  #reject!: (error: unknown) => void;

  constructor(peer: Peer, id: number) {
    this.#peer = peer;
    this.id = id;
    this.payload = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.payload.catch(() => {});
  }

  /** What was pipelined takes its capabilities before anybody can release the payload. */
  succeed(payload: Payload): void {
    this.#outcome = payload;
    for (const promise of this.#promises) promise.settle(payload);
    this.#resolve(payload);
  }

  fail(error: unknown): void {
    this.#outcome = { error };
    for (const promise of this.#promises) promise.break(error);
    this.#reject(error);
  }

  /** To be called before the answer came: what it holds is gone once its owner released it. */
  pipeline(path: readonly number[]): Capability {
    if (this.#outcome) return new BrokenCapability(nothingThere());
    const promise = new PipelinedCapability(this.#peer, { kind: "answer", id: this.id, path });
    this.#promises.push(promise);
    return promise;
  }

  cancel(): void {
    if (this.#outcome) return;
    this.isCancelled = true;
    this.#peer.finishEarly(this.id);
    this.fail(cancelled());
  }
}

/** The capability that an answer will hold. */
class PipelinedCapability implements Capability {
  resolution: Capability | null = null;
  readonly #peer: Peer;
  readonly #target: Target & { readonly kind: "answer" };
  #wasCalled = false;
  #owners = 1;

  constructor(peer: Peer, target: Target & { readonly kind: "answer" }) {
    this.#peer = peer;
    this.#target = target;
  }

  request(interfaceId: bigint, methodId: number, fill: Fill): Answer {
    if (this.resolution) return this.resolution.request(interfaceId, methodId, fill);
    this.#wasCalled = true;
    return requestOver(this.#peer, this.#target, interfaceId, methodId, fill);
  }

  hold(): this {
    this.#owners++;
    return this;
  }

  release(): void {
    if (--this.#owners === 0) this.resolution?.release();
  }

  describe(connection: object): Descriptor | null {
    if (connection !== this.#peer) return null;
    return { kind: "receiverAnswer", id: this.#target.id, path: this.#target.path };
  }

  settle(payload: Payload): void {
    const found = payload.capability(this.#target.path)?.hold();
    if (!found) {
      this.break(nothingThere());
      return;
    }
    this.resolution = this.#peer.afterEmbargo(found, this.#target, this.#wasCalled);
    if (this.#owners <= 0) this.resolution.release();
  }

  break(error: unknown): void {
    this.resolution = new BrokenCapability(error);
  }
}

/** A call that could not be sent is answered with the reason. */
export function requestOver(
  peer: Peer,
  target: Target,
  interfaceId: bigint,
  methodId: number,
  fill: Fill,
): Answer {
  try {
    return peer.sendCall(target, interfaceId, methodId, fill);
  } catch (error) {
    return new PendingAnswer(Promise.reject(error));
  }
}
