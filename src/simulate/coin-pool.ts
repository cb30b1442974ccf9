import type { Prng } from "../util/prng.ts";
import type { Coin } from "./payment.ts";

/** Beyond this number, a random coin leaves the pool and is never spent. This bounds memory. */
const POOL_LIMIT = 6000;
/** Many payments spend one of this number of newest coins. */
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

  /** Removes a coin from the pool to spend it; undefined if the pool is empty. */
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
