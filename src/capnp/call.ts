import { readStruct, writeStruct } from "./codec.ts";
import type { Answer, Capability, Fill, Method, Struct } from "./types.ts";

export type Results<M> = M extends Method<unknown, infer R> ? R : never;

/**
 * A typed call. A caller that needs the results must read `results` at once, and owns the capabilities in them.
 * Otherwise the results are released when they arrive, and only pipelined capabilities remain.
 */
export class Call<P, R> {
  readonly #method: Method<P, R>;
  readonly #answer: Answer;
  #results: Promise<R> | null = null;

  constructor(capability: Capability, method: Method<P, R>, params: Partial<P>) {
    this.#method = method;
    this.#answer = capability.request(
      method.interfaceId,
      method.ordinal,
      contentOf(method.params, params),
    );
    this.#answer.payload.then(
      (payload) => {
        if (!this.#results) payload.release();
      },
      () => {},
    );
  }

  /** @throws CorelensError IPC_* */
  get results(): Promise<R> {
    this.#results ??= this.#answer.payload.then((payload) => {
      try {
        const take = (index: number): Capability | null => payload.at(index)?.hold() ?? null;
        return readStruct(this.#method.results, payload.root.struct(0), take) as R;
      } finally {
        payload.release();
      }
    });
    return this.#results;
  }

  /** The capability in a field of the results. It can be called before the results arrive; the caller releases it. */
  pipeline(field: keyof R & string): Capability {
    const slot = this.#method.results.layout.slots.find(({ name }) => name === field)!;
    return this.#answer.pipeline([slot.offset]);
  }

  cancel(): void {
    this.#answer.cancel();
  }
}

/** Calls a method. */
export function call<P, R>(
  capability: Capability,
  method: Method<P, R>,
  params: Partial<P> = {},
): Call<P, R> {
  return new Call(capability, method, params);
}

export function contentOf(type: Struct, value: object): Fill {
  const { dataWords, pointers } = type.layout;
  return (payload, caps) => {
    writeStruct(
      type,
      payload.struct(0, dataWords, pointers),
      value as Record<string, unknown>,
      caps,
    );
  };
}
