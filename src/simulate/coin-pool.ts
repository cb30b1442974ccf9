import type { Prng } from "../util/prng.ts";
import type { Coin } from "./payment.ts";

/** Coins beyond this number are forgotten: nobody will ever spend them. Keeps memory flat. */
const POOL_LIMIT = 6000;
/** Most spending is of what was received lately. */
const RECENT = 300;

/** Confirmed coins that the simulated economy can spend. */
export class CoinPool {
  readonly #coins: Coin[] = [];
  readonly #prng: Prng;

  constructor(prng: Prng) {
    this.#prng = prng;
  }

  get size(): number {
    return this.#coins.length;
  }

  add(coin: Coin): void {
    if (coin.held || coin.gone) return;
    if (this.#coins.length >= POOL_LIMIT) this.#remove(this.#prng.integer(0, POOL_LIMIT - 1));
    coin.held = true;
    this.#coins.push(coin);
  }

  /** A coin to spend, which leaves the pool; undefined when there is none. */
  take(): Coin | undefined {
    while (this.#coins.length > 0) {
      const oldest = this.#prng.chance(0.4) ? Math.max(0, this.#coins.length - RECENT) : 0;
      const coin = this.#remove(this.#prng.integer(oldest, this.#coins.length - 1));
      if (!coin.gone && coin.spender === null) return coin;
    }
    return undefined;
  }

  #remove(index: number): Coin {
    const coin = this.#coins[index]!;
    const last = this.#coins.pop()!;
    if (last !== coin) this.#coins[index] = last;
    coin.held = false;
    return coin;
  }
}
