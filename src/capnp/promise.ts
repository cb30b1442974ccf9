import type { CorelensError } from "../errors.ts";
import { cancelled, noCapability } from "./rpc-errors.ts";
import type { Answer, CallSender, Capability, Fill, Payload, Target } from "./types.ts";

/** Answers and capabilities of the future, and those that will never come. */

/** An answer that this process computes. */
export class PendingAnswer implements Answer {
  readonly payload: Promise<Payload>;
  readonly #arriving: Promise<Payload>;
  #cancel!: (error: CorelensError) => void;

  constructor(payload: Promise<Payload>) {
    const cancelled = new Promise<never>((_, reject) => {
      this.#cancel = reject;
    });
    this.#arriving = payload;
    this.payload = Promise.race([payload, cancelled]);
    this.payload.catch(() => {});
  }

  /** Takes its capability before the receiver of the payload can release it. */
  pipeline(path: readonly number[]): Capability {
    return new PromisedCapability(
      this.#arriving.then((payload) => payload.capability(path)?.hold() ?? null),
    );
  }

  cancel(): void {
    this.#cancel(cancelled());
  }
}

/** Queues calls, in their order, until the capability is known. */
export class PromisedCapability implements Capability {
  resolution: Capability | null = null;
  #waiting: ((target: Capability) => void)[] = [];
  #owners = 1;

  /** @param target null when there is no capability */
  constructor(target: Promise<Capability | null>) {
    target.then(
      (capability) => this.#settle(capability ?? new BrokenCapability(noCapability())),
      (error) => this.#settle(new BrokenCapability(error)),
    );
  }

  request(interfaceId: bigint, methodId: number, fill: Fill): Answer {
    if (this.resolution) return this.resolution.request(interfaceId, methodId, fill);
    const answer = new Promise<Answer>((resolve) => {
      this.#waiting.push((target) => resolve(target.request(interfaceId, methodId, fill)));
    });
    return new PendingAnswer(answer.then(({ payload }) => payload));
  }

  hold(): this {
    this.#owners++;
    return this;
  }

  release(): void {
    if (--this.#owners === 0) this.resolution?.release();
  }

  #settle(target: Capability): void {
    this.resolution = target;
    for (const request of this.#waiting) request(target);
    this.#waiting = [];
    if (this.#owners <= 0) target.release();
  }
}

/** Rejects every call with the same error. */
export class BrokenCapability implements Capability {
  readonly #error: unknown;

  constructor(error: unknown) {
    this.#error = error;
  }

  request(): Answer {
    return new PendingAnswer(Promise.reject(this.#error));
  }

  hold(): this {
    return this;
  }

  release(): void {}
}

/** Calls over a connection. If the call cannot be sent, its answer rejects with the reason. */
export function requestOver(
  connection: CallSender,
  target: Target,
  interfaceId: bigint,
  methodId: number,
  fill: Fill,
): Answer {
  try {
    return connection.sendCall(target, interfaceId, methodId, fill);
  } catch (error) {
    return new PendingAnswer(Promise.reject(error));
  }
}
