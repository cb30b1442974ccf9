import { CorelensError } from "../errors.ts";
import { contentOf } from "./call.ts";
import { readStruct } from "./codec.ts";
import { localPayload } from "./payload.ts";
import { PendingAnswer } from "./promise.ts";
import type { Answer, Capability, Fill, Interface, Method, Payload } from "./types.ts";

type MaybePromise<T> = T | Promise<T>;

/** A server's function for each method. A missing one is answered as unimplemented. */
export type Handlers<M> = {
  readonly [K in keyof M]?: M[K] extends Method<infer P, infer R>
    ? (params: P) => MaybePromise<Partial<R> | undefined>
    : never;
};

/** A capability that this process serves. */
export class Server<M = unknown> implements Capability {
  readonly #methods = new Map<number, Method>();
  readonly #interface: Interface<M>;
  readonly #handlers: Handlers<M>;
  /** Called when the connection ended or the other side released it. */
  readonly dropped: () => void;

  constructor(type: Interface<M>, handlers: Handlers<M>, dropped: () => void = () => {}) {
    this.#interface = type;
    this.#handlers = handlers;
    this.dropped = dropped;
    for (const method of Object.values(type.methods as Record<string, Method>)) {
      this.#methods.set(method.ordinal, method);
    }
  }

  /** Answers a call, at once when its handler does. The payload owns the capabilities of the parameters. */
  serve(interfaceId: bigint, methodId: number, payload: Payload): MaybePromise<Fill> {
    const method = interfaceId === this.#interface.id ? this.#methods.get(methodId) : undefined;
    const handler = method && this.#handlers[method.name as keyof M];
    if (!method || !handler) {
      const what = `${this.#interface.name}: interface 0x${interfaceId.toString(16)} @${methodId}`;
      throw new CorelensError("IPC_UNSUPPORTED", `not implemented by ${what}`);
    }
    const params = readStruct(method.params, payload.root.struct(0), payload.at);
    const results = (handler as (params: unknown) => MaybePromise<object | undefined>)(params);
    return results instanceof Promise
      ? results.then((values) => contentOf(method.results, values ?? {}))
      : contentOf(method.results, results ?? {});
  }

  request(interfaceId: bigint, methodId: number, fill: Fill): Answer {
    const served = Promise.resolve(localPayload(fill)).then(async (params) => {
      try {
        return localPayload(await this.serve(interfaceId, methodId, params));
      } finally {
        params.release();
      }
    });
    return new PendingAnswer(served);
  }

  hold(): this {
    return this;
  }

  release(): void {}
}
