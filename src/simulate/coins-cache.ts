import type { Coin } from "./payment.ts";
import type { World } from "./world.ts";

/** Core's numbers of flush modes. In v31 Core changed the meaning of 3 and 4, and the simulation follows. */
export const FLUSH = { none: 0, ifNeeded: 1, periodic: 2, always: 3 } as const;

/** Maximum number of coins in the cache: those of a few blocks. */
const CAPACITY = 1200;
const BYTES_PER_COIN = 130;
/** Size of the empty cache. */
const BASE_BYTES = 262_144;

/** The part of the node's UTXO cache that its tracepoints show. */
export class CoinsCache {
  readonly #world: World;
  #coins = 0;
  /** How long the disk is busy with something else, in ms. */
  #nextDelay = 0;
  /** Coins up to this height are on disk, unchanged. */
  #flushedHeight: number;

  constructor(world: World, height: number) {
    this.#world = world;
    this.#flushedHeight = height;
  }

  add(coin: Coin): void {
    this.#coins++;
    this.#world.fire("utxocache:add", values(coin));
  }

  /** Fires the tracepoint of `add`. The coin is in a temporary cache that is never flushed. */
  addToTemplate(coin: Coin): void {
    this.#world.fire("utxocache:add", values(coin));
  }

  /** Marks the coin as spent. It remains in the cache until the next flush. */
  spend(coin: Coin): void {
    this.#world.fire("utxocache:spent", values(coin));
  }

  /** Drops a coin that the node read from disk for a rejected transaction. A coin that is not on disk remains. */
  uncache(coin: Coin): void {
    if (coin.height <= this.#flushedHeight) this.#world.fire("utxocache:uncache", values(coin));
  }

  /** Makes the next flush of coins take longer. */
  delayNext(ms: number): void {
    this.#nextDelay = ms;
  }

  flush(mode: number, height: number, forPrune = false): void {
    const begin = this.#world.schedule.now;
    this.#world.schedule.spend(2 + this.#coins * this.#world.prng.between(0.002, 0.006));
    if (this.#coins > 0) {
      this.#world.schedule.spend(this.#nextDelay);
      this.#nextDelay = 0;
    }
    this.#world.fire("utxocache:flush", {
      duration_us: Math.round((this.#world.schedule.now - begin) * 1000),
      mode,
      coins: this.#coins,
      memory: BASE_BYTES + this.#coins * BYTES_PER_COIN,
      for_prune: forPrune,
    });
    this.#coins = 0;
    this.#flushedHeight = height;
  }

  flushIfFull(height: number): void {
    if (this.#coins > CAPACITY) this.flush(FLUSH.ifNeeded, height);
  }
}

function values(coin: Coin) {
  return {
    txid: coin.txid,
    vout: coin.previous.vout,
    height: coin.height,
    value: coin.value,
    is_coinbase: coin.coinbase,
  };
}
