/** The blocks of the chain from `height` on, which another block replaced. */
export interface Replacement {
  /** Height of the first block that was replaced. */
  readonly height: number;
  /** Number of replaced blocks. */
  readonly depth: number;
  /** Hashes of the replaced blocks that were seen, lowest first. */
  readonly hashes: readonly string[];
}

/** Maximum number of heights whose block is stored. */
const MAX_HEIGHTS = 1000;

/**
 * A node's chain, derived from the blocks that it connects.
 *
 *     100  101a  102a        101b connects below the tip and differs from 101a: 101a and 102a were replaced
 *     100  101a  102a        101a connects again, after `reconsiderblock` or a crash: nothing was replaced
 *          (unknown) 102a    101? connects: undecided until the next block connects, which is 102a or another one
 *
 * The last case includes a reindex, which starts at block 1, and the blocks below an assumeutxo snapshot, which
 * connect independently of the tip.
 */
export class KnownChain {
  /** The blocks seen at each height; the tip is always among them. */
  readonly #hashes = new Map<number, string>();
  #tip = -1;
  /** Consecutive blocks below the known ones: the first height, and the next one expected. */
  #below: { readonly from: number; readonly next: number } | null = null;
  #isResumed = false;

  /** Prepares for another process of the node. Its chain may continue this one, differ from it, or start again. */
  resume(): void {
    this.#isResumed = true;
    this.#below = null;
  }

  /** Connects a block. @returns the blocks that it replaced; null if it replaced no known block */
  connect(height: number, hash: string): Replacement | null {
    if (height > this.#tip) {
      this.#isResumed = false;
      this.#append(height, hash);
      return null;
    }
    const known = this.#hashes.get(height);
    const from = this.#below?.next === height ? this.#below.from : height;
    if (known === undefined) {
      this.#below = { from, next: height + 1 };
      return null;
    }
    this.#below = null;
    const isNewChain = this.#isResumed && known !== hash && (from < height || height <= 1);
    this.#isResumed = false;
    if (known === hash) return null;
    const replaced = this.#cut(isNewChain ? 0 : from);
    this.#append(height, hash);
    return isNewChain ? null : replaced;
  }

  /** Records that the node disconnected this block: it was in the chain even if its connection was not seen. */
  disconnect(height: number, hash: string): void {
    if (!this.#hashes.has(height)) this.#append(height, hash);
  }

  #append(height: number, hash: string): void {
    this.#hashes.set(height, hash);
    this.#tip = Math.max(this.#tip, height);
    if (this.#hashes.size <= MAX_HEIGHTS) return;
    const [oldest] = this.#hashes.keys();
    this.#hashes.delete(oldest!);
  }

  #cut(from: number): Replacement {
    const above = [...this.#hashes].filter(([height]) => height >= from).sort(([a], [b]) => a - b);
    for (const [height] of above) this.#hashes.delete(height);
    const depth = this.#tip - from + 1;
    this.#tip = from - 1;
    return { height: from, depth, hashes: above.map(([, hash]) => hash) };
  }
}
