/** A block replaced those of the chain from `height` on. */
export interface Replacement {
  /** Height of the first block that was replaced. */
  readonly height: number;
  /** How many blocks were replaced. */
  readonly depth: number;
  /** Hashes of those of them that were seen, lowest first. */
  readonly hashes: readonly string[];
}

/** Heights whose block is remembered. */
const MAX_HEIGHTS = 1000;

/**
 * A node's chain, from the blocks that it connects.
 *
 *     100  101a  102a      then 101b connects: below the tip, and another block than before: 101a and 102a were replaced
 *     100  101a  102a      then 101a connects: the same block again, after `reconsiderblock` or a crash
 *          (unknown) 102a        then 101? connects: undecided until the next block connects, which is 102a or not
 *
 * The last case also covers a reindex, which begins at block 1, and the blocks below an assumeutxo snapshot, which
 * connect beside the tip.
 */
export class KnownChain {
  /** The blocks seen at each height; the tip is always among them. */
  readonly #hashes = new Map<number, string>();
  #tip = -1;
  /** Consecutive blocks below the known ones: the first height, and the next one expected. */
  #below: { readonly from: number; readonly next: number } | null = null;
  #isResumed = false;

  /** Another process continues the chain; it may have another one, or start again. */
  resume(): void {
    this.#isResumed = true;
    this.#below = null;
  }

  /** @returns what the block replaced; null when it replaced nothing that is known yet */
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

  /** The node disconnected this block, so it was in the chain even if its connection was not seen. */
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
