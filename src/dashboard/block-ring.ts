export interface StoredBlock {
  readonly bytes: Buffer;
  /** Time of its first event, in ms since the epoch. */
  readonly begin: number;
}

interface Place {
  readonly at: number;
  readonly length: number;
  readonly begin: number;
}

/**
 * The newest blocks in one piece of memory, each behind the one before:
 *
 *     ┌────────────┬─────────┬─────────────┬───────┐
 *     │ newest     │ (free)  │ oldest      │ next… │
 *     └────────────┴─────────┴─────────────┴───────┘
 *
 * A block that was a Buffer of its own would stay in memory until the next collection of all garbage, long after it was
 * dropped.
 */
export class BlockRing {
  readonly #size: number;
  #memory: Buffer | null = null;
  /** Oldest first. */
  readonly #blocks: Place[] = [];
  /** Where the next block begins. */
  #at = 0;
  #dropped = 0;
  #bytes = 0;

  /** @param size in bytes */
  constructor(size: number) {
    this.#size = size;
  }

  /** Size of the blocks, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The number of the next block: blocks are numbered from 0, those that were dropped too. */
  get next(): number {
    return this.#dropped + this.#blocks.length;
  }

  /** Copies a block, in place of the oldest ones. One that is larger than the ring is not kept. */
  push(block: Uint8Array, begin: number): void {
    if (block.length > this.#size) {
      this.clear();
      return;
    }
    // What remains at the end is too short: the block begins at the start.
    if (this.#at + block.length > this.#size) {
      this.#dropWithin(this.#at, Number.POSITIVE_INFINITY);
      this.#at = 0;
    }
    this.#dropWithin(this.#at, this.#at + block.length);
    this.#memory ??= Buffer.allocUnsafeSlow(this.#size);
    this.#memory.set(block, this.#at);
    this.#blocks.push({ at: this.#at, length: block.length, begin });
    this.#at += block.length;
    this.#bytes += block.length;
  }

  /** The block with a number, until the next `push`; null when it was dropped. */
  get(number: number): StoredBlock | null {
    const block = this.#blocks[number - this.#dropped];
    if (block === undefined || this.#memory === null) return null;
    const { at, length, begin } = block;
    return { bytes: this.#memory.subarray(at, at + length), begin };
  }

  /** Drops all blocks. */
  clear(): void {
    while (this.#blocks.length > 0) this.#dropOldest();
    this.#at = 0;
  }

  /** Drops the blocks that begin in a part of the memory: they are the oldest ones. */
  #dropWithin(from: number, to: number): void {
    while (this.#blocks[0] && this.#blocks[0].at >= from && this.#blocks[0].at < to) {
      this.#dropOldest();
    }
  }

  #dropOldest(): void {
    this.#bytes -= this.#blocks.shift()!.length;
    this.#dropped++;
  }
}
