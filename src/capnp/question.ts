import { BrokenCapability, requestOver } from "./promise.ts";
import { cancelled, noCapability } from "./rpc-errors.ts";
import type { Answer, CallSender, Capability, Descriptor, Fill, Payload, Target } from "./types.ts";

/** A call that the peer has not answered yet. */
export class Question implements Answer {
  readonly id: number;
  readonly payload: Promise<Payload>;
  /** Exports that the parameters refer to. */
  paramExports: readonly number[] = [];
  isCancelled = false;
  readonly #connection: CallSender;
  readonly #promises: PipelinedCapability[] = [];
  #outcome: Payload | { readonly error: unknown } | null = null;
  #resolve!: (payload: Payload) => void;
  #reject!: (error: unknown) => void;

  constructor(connection: CallSender, id: number) {
    this.#connection = connection;
    this.id = id;
    this.payload = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.payload.catch(() => {});
  }

  /** Pipelined capabilities take theirs before the receiver can release the payload. */
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

  /** Only before the answer arrives: its receiver may release the capabilities in it. */
  pipeline(path: readonly number[]): Capability {
    if (this.#outcome) return new BrokenCapability(noCapability());
    const promise = new PipelinedCapability(this.#connection, {
      kind: "answer",
      id: this.id,
      path,
    });
    this.#promises.push(promise);
    return promise;
  }

  cancel(): void {
    if (this.#outcome) return;
    this.isCancelled = true;
    this.#connection.finishEarly(this.id);
    this.fail(cancelled());
  }
}

/** A capability in a future answer. */
class PipelinedCapability implements Capability {
  resolution: Capability | null = null;
  readonly #connection: CallSender;
  readonly #target: Target & { readonly kind: "answer" };
  #wasCalled = false;
  #owners = 1;

  constructor(connection: CallSender, target: Target & { readonly kind: "answer" }) {
    this.#connection = connection;
    this.#target = target;
  }

  request(interfaceId: bigint, methodId: number, fill: Fill): Answer {
    if (this.resolution) return this.resolution.request(interfaceId, methodId, fill);
    this.#wasCalled = true;
    return requestOver(this.#connection, this.#target, interfaceId, methodId, fill);
  }

  hold(): this {
    this.#owners++;
    return this;
  }

  release(): void {
    if (--this.#owners === 0) this.resolution?.release();
  }

  describe(connection: object): Descriptor | null {
    if (connection !== this.#connection) return null;
    return { kind: "receiverAnswer", id: this.#target.id, path: this.#target.path };
  }

  settle(payload: Payload): void {
    const found = payload.capability(this.#target.path)?.hold();
    if (!found) {
      this.break(noCapability());
      return;
    }
    this.resolution = this.#connection.afterEmbargo(found, this.#target, this.#wasCalled);
    if (this.#owners <= 0) this.resolution.release();
  }

  break(error: unknown): void {
    this.resolution = new BrokenCapability(error);
  }
}
