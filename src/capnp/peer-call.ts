import { BrokenCapability, PromisedCapability } from "./promise.ts";
import { noCapability } from "./rpc-errors.ts";
import type { Capability, Payload } from "./types.ts";

/** An entry of the answers: a call of the peer, from Call until Finish. */
export class PeerCall {
  /** The results stay here until a question of this side takes them. */
  readonly isKept: boolean;
  /** Exports that the results refer to. */
  resultExports: readonly number[] = [];
  /** Stops the work on it. */
  cancel: () => void = () => {};
  /** The peer sent Finish before the answer: only its pipelined calls still matter. */
  isFinished = false;
  isPipelined = false;
  isAnswered = false;
  /** Null when the results hold no capability. */
  readonly results: Promise<Payload | null>;
  #known: Payload | null = null;
  #resolve!: (results: Payload | null) => void;
  #reject!: (error: unknown) => void;

  constructor(isKept: boolean) {
    this.isKept = isKept;
    this.results = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.results.catch(() => {});
  }

  succeeded(results: Payload | null): void {
    this.isAnswered = true;
    this.#known = results;
    this.#resolve(results);
  }

  failed(error: unknown): void {
    this.isAnswered = true;
    this.#reject(error);
  }

  /** The capability in the results at `path`, with an owner added. Its calls wait for the answer. */
  pipeline(path: readonly number[]): Capability {
    if (!this.isAnswered) {
      this.isPipelined = true;
      return new PromisedCapability(this.results.then((results) => at(results, path)));
    }
    return at(this.#known, path) ?? new BrokenCapability(noCapability());
  }

  release(): void {
    this.#known?.release();
  }
}

function at(results: Payload | null, path: readonly number[]): Capability | null {
  return results?.capability(path)?.hold() ?? null;
}
