import {
  BrokenCapability,
  type Capability,
  nothingThere,
  type Payload,
  PromisedCapability,
} from "./capability.ts";

/** A call of the other side: its entry among our answers, from Call until Finish. */
export class PeerCall {
  /** Exports that the results gave a reference to. */
  resultExports: readonly number[] = [];
  /** Tells whoever works on it that nobody waits any more. */
  cancel: () => void = () => {};
  /** The other side said Finish before it was answered. */
  isFinished = false;
  isAnswered = false;
  #results: Payload | null = null;
  #settled: Promise<Payload | null>;
  #settle!: (results: Payload | null) => void;

  constructor() {
    this.#settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** @param results null when there is nothing to call in them */
  answered(results: Payload | null): void {
    this.isAnswered = true;
    this.#results = results;
    this.#settle(results);
  }

  /** What the results hold at `path`; a call of it waits for the answer. */
  pipeline(path: readonly number[]): Capability {
    if (!this.isAnswered) {
      return new PromisedCapability(this.#settled.then((results) => at(results, path)));
    }
    return at(this.#results, path) ?? new BrokenCapability(nothingThere());
  }

  release(): void {
    this.#results?.release();
  }
}

function at(results: Payload | null, path: readonly number[]): Capability | null {
  return results?.capability(path)?.hold() ?? null;
}
