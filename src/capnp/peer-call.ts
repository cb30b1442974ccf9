import {
  BrokenCapability,
  type Capability,
  nothingThere,
  type Payload,
  PromisedCapability,
} from "./capability.ts";

/** A call of the other side: its entry among our answers, from Call until Finish. */
export class PeerCall {
  /** The results stay here, until a question of this side is told to take them. */
  readonly isKept: boolean;
  /** Exports that the results gave a reference to. */
  resultExports: readonly number[] = [];
  /** Tells whoever works on it that nobody waits any more. */
  cancel: () => void = () => {};
  /** The other side said Finish before it was answered: it wants at most what it pipelined. */
  isFinished = false;
  isPipelined = false;
  isAnswered = false;
  /** Null when there is nothing to call in the results. */
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

  /** What the results hold at `path`, with one more owner; a call of it waits for the answer. */
  pipeline(path: readonly number[]): Capability {
    if (!this.isAnswered) {
      this.isPipelined = true;
      return new PromisedCapability(this.results.then((results) => at(results, path)));
    }
    return at(this.#known, path) ?? new BrokenCapability(nothingThere());
  }

  release(): void {
    this.#known?.release();
  }
}

function at(results: Payload | null, path: readonly number[]): Capability | null {
  return results?.capability(path)?.hold() ?? null;
}
