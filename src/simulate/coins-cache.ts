import type { Coin } from "./payment.ts";
import type { World } from "./world.ts";

/** What a flush is asked for, by Core's number; 3 and 4 changed their meaning in v31, here as there. */
export const FLUSH = { none: 0, ifNeeded: 1, periodic: 2, always: 3 } as const;

/** Coins at which the cache is full: those of a few blocks. */
const CAPACITY = 1200;
const BYTES_PER_COIN = 130;
/** What the empty cache takes. */
const BASE_BYTES = 262_144;

/** The node's UTXO cache, as far as its tracepoints show it. */
export class CoinsCache {
  readonly #world: World;
  #coins = 0;
  /** Coins of this height and below are on disk, unchanged. */
  #flushedHeight: number;

  constructor(world: World, height: number) {
    this.#world = world;
    this.#flushedHeight = height;
  }

  add(coin: Coin): void {
    this.#coins++;
    this.#world.fire("utxocache:add", values(coin));
  }

  /** The same tracepoint, but the coin is in a cache of its own that is never flushed. */
  addToTemplate(coin: Coin): void {
    this.#world.fire("utxocache:add", values(coin));
  }

  /** The coin stays, marked as spent, until the next flush. */
  spend(coin: Coin): void {
    this.#world.fire("utxocache:spent", values(coin));
  }

  /** A transaction made the node read the coin from disk and was refused. A coin that is not on disk stays. */
  uncache(coin: Coin): void {
    if (coin.height <= this.#flushedHeight) this.#world.fire("utxocache:uncache", values(coin));
  }

  flush(mode: number, height: number, forPrune = false): void {
    const begin = this.#world.schedule.now;
    this.#world.schedule.spend(2 + this.#coins * this.#world.prng.between(0.002, 0.006));
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
