import { call } from "../../capnp/call.ts";
import type { Capability, Method } from "../../capnp/types.ts";

/** Parameters without the context, which selects the thread. */
export type Arguments<P> = Partial<Omit<P, "context">>;

/**
 * A thread in the node that runs calls. Older nodes refuse a third call while one runs and one waits, so calls are
 * queued here.
 */
export class NodeThread {
  readonly #capability: Capability;
  #waiting: (() => void)[] = [];
  #isBusy = false;

  constructor(capability: Capability) {
    this.#capability = capability;
  }

  /** @throws CorelensError IPC_* */
  async call<P, R>(target: Capability, method: Method<P, R>, params: Arguments<P>): Promise<R> {
    if (this.#isBusy) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#isBusy = true;
    try {
      return await call(target, method, this.withContext<P>(params)).results;
    } finally {
      const next = this.#waiting.shift();
      this.#isBusy = next !== undefined;
      next?.();
    }
  }

  /** For calls that the caller already serialises. */
  withContext<P>(params: Arguments<P>): Partial<P> {
    const context = { thread: this.#capability, callbackThread: null };
    return { context, ...params } as unknown as Partial<P>;
  }

  /** The node ends the thread. */
  release(): void {
    this.#capability.release();
  }
}
