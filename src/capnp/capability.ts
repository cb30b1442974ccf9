import { CorelensError } from "../errors.ts";
import { readStruct, type TakeCapability, writeStruct } from "./codec.ts";
import { FrameReader } from "./frame-reader.ts";
import { MessageBuilder, type StructBuilder } from "./message-builder.ts";
import { MessageReader, type StructReader } from "./message-reader.ts";
import type { Descriptor } from "./rpc-message.ts";
import type { Interface, Method, Struct } from "./schema.ts";

/**
 * Something that methods can be called on, wherever it lives: in the node (an import), in this process (a server), or
 * where an answer that has not come yet will tell (a promise).
 */
export interface Capability {
  /** Calls a method without knowing its schema. Calls arrive in the order in which they were made. */
  request(interfaceId: bigint, methodId: number, fill: Fill): Answer;
  /** One more owner. */
  hold(): this;
  /** One owner less; after the last, the other side may free it and calls fail. */
  release(): void;
  /** What a promise turned out to be. */
  readonly resolution?: Capability | null;
  /** How the other side of the connection names it; null when it is not there. */
  describe?(connection: object): Descriptor | null;
}

/** Writes a payload's content as pointer 0; capabilities go to `caps` in the order of their index. */
export type Fill = (payload: StructBuilder, caps: Capability[]) => void;

/** What a call will yield. */
export interface Answer {
  readonly payload: Promise<Payload>;
  /** The capability that the results will hold, to be called at once. @param path indices of pointers */
  pipeline(path: readonly number[]): Capability;
  /** Tells the other side that nobody waits any more; `payload` rejects with IPC_CANCELLED. */
  cancel(): void;
}

/** Results or parameters. Who gets one releases it, and holds the capabilities that are to stay. */
export class Payload {
  /** The content is pointer 0. */
  readonly root: StructReader;
  readonly caps: readonly (Capability | null)[];

  constructor(root: StructReader, caps: readonly (Capability | null)[]) {
    this.root = root;
    this.caps = caps;
  }

  readonly at: TakeCapability = (index) => {
    const capability = this.caps[index];
    if (capability === undefined) {
      throw new CorelensError("IPC_PROTOCOL", `the node sent no capability ${index}`);
    }
    return capability;
  };

  /** @param path indices of pointers from the content on; the content itself when empty */
  capability(path: readonly number[]): Capability | null {
    let holder: StructReader | null = this.root;
    const steps = [0, ...path];
    for (const step of steps.slice(0, -1)) holder = holder?.struct(step) ?? null;
    const index = holder?.capability(steps.at(-1)!) ?? null;
    return index === null ? null : this.at(index);
  }

  /** The same, with an owner of its own. */
  hold(): Payload {
    return new Payload(
      this.root,
      this.caps.map((capability) => capability?.hold() ?? null),
    );
  }

  release(): void {
    for (const capability of this.caps) capability?.release();
  }
}

export type Results<M> = M extends Method<unknown, infer R> ? R : never;

/**
 * A call with its types. Who reads `results` does so at once, and owns the capabilities in them; when nobody does,
 * only what was pipelined stays.
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

  /** The capability in a field of the results, to be called at once; to be released on its own. */
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

function contentOf(type: Struct, value: object): Fill {
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

type MaybePromise<T> = T | Promise<T>;

/** What a server does for each method; one that is missing is answered as unimplemented. */
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

  /** Answers a call, at once when its handler does. Capabilities of the parameters are those of `payload`. */
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

/** A payload that does not leave the process. */
export function localPayload(fill: Fill): Payload {
  const message = new MessageBuilder();
  const caps: Capability[] = [];
  fill(message.root(0, 2), caps);
  const [frame] = new FrameReader().read(message.finish());
  return new Payload(
    new MessageReader(frame!).root(),
    caps.map((capability) => capability.hold()),
  );
}

/** An answer that is on its way within this process. */
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

  /** Takes its capability before those who wait for the payload can release it. */
  pipeline(path: readonly number[]): Capability {
    return new PromisedCapability(
      this.#arriving.then((payload) => payload.capability(path)?.hold() ?? null),
    );
  }

  cancel(): void {
    this.#cancel(cancelled());
  }
}

/** A capability that is not known yet. Calls wait for it, in their order. */
export class PromisedCapability implements Capability {
  resolution: Capability | null = null;
  #waiting: ((target: Capability) => void)[] = [];
  #owners = 1;

  /** @param target null stands for no capability */
  constructor(target: Promise<Capability | null>) {
    target.then(
      (capability) => this.#settle(capability ?? new BrokenCapability(nothingThere())),
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

/** One that cannot be called any more, or never could. */
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

export function nothingThere(): CorelensError {
  return new CorelensError("IPC_UNSUPPORTED", "the node gave no capability to call");
}

export function cancelled(): CorelensError {
  return new CorelensError("IPC_CANCELLED", "the call was cancelled");
}
