import type { CoinPool } from "./coin-pool.ts";
import { CHANGE_VSIZE, selectCoins } from "./coin-selection.ts";
import type { Coin } from "./payment.ts";
import { estimateVsize, type Payment, payOut } from "./payment.ts";
import type { World } from "./world.ts";

/** Core's default for the maximum additional fee to avoid partial spends, in sat. */
const MAX_APS_FEE = 0;
/** Since this release the change position of a failed payment is -1 instead of 0. */
const NO_POSITION_SINCE = 27;
/** A wallet with fewer coins receives coins of the pool. */
const MIN_COINS = 8;

/** The result of creating a transaction. */
interface Draft {
  readonly coins: readonly Coin[];
  /** In sat, in the order of the outputs. */
  readonly values: readonly number[];
  readonly fee: number;
  /** -1 without change. */
  readonly changePosition: number;
}

/** A wallet of the node. It makes payments and fires tracepoints like Core's wallets. */
export class Wallet {
  readonly #world: World;
  readonly #pool: CoinPool;
  readonly #name: string;
  #coins: Coin[] = [];

  constructor(world: World, pool: CoinPool, name: string) {
    this.#world = world;
    this.#pool = pool;
    this.#name = name;
  }

  /** Makes a payment, first normally and then without partial spends of addresses. Null if it fails. */
  send(feeRate: number): Payment | null {
    const { prng } = this.#world;
    this.#receive();
    const balance = this.#spendable().reduce((sum, { value }) => sum + value, 0);
    const amount = Math.round(balance * (prng.chance(0.1) ? 1.2 : prng.between(0.01, 0.4)));

    const normal = this.#create(amount, feeRate);
    this.#world.fire("coin_selection:normal_create_tx_internal", this.#outcome(normal));
    if (normal === null) return null;
    this.#world.fire("coin_selection:attempting_aps_create_tx", { wallet: this.#name });
    const grouped = this.#create(amount, feeRate);
    const used = grouped !== null && grouped.fee <= normal.fee + MAX_APS_FEE;
    this.#world.fire("coin_selection:aps_create_tx_internal", {
      ...this.#outcome(grouped),
      aps_used: used,
    });
    return this.#make(used ? grouped : normal);
  }

  #create(amount: number, feeRate: number): Draft | null {
    const { prng } = this.#world;
    const target = amount + Math.ceil(estimateVsize([], 1) * feeRate);
    const selection = selectCoins(this.#spendable(), target, feeRate, prng);
    if (selection === null) return null;
    const { algorithm, coins, waste, change } = selection;
    const value = coins.reduce((sum, coin) => sum + coin.value, 0);
    this.#world.fire("coin_selection:selected_coins", {
      wallet: this.#name,
      algorithm,
      target,
      waste,
      selected_value: value,
    });
    if (!change) {
      return { coins, values: [amount], fee: value - amount, changePosition: -1 };
    }
    const fee = Math.ceil((estimateVsize(coins, 1) + CHANGE_VSIZE) * feeRate);
    const changePosition = prng.integer(0, 1);
    const values = [amount];
    values.splice(changePosition, 0, value - amount - fee);
    return { coins, values, fee, changePosition };
  }

  #make({ coins, values, changePosition }: Draft): Payment {
    const payment = payOut(coins, values, {}, this.#world.prng);
    if (changePosition >= 0) this.#keep(payment.creates[changePosition]!);
    return payment;
  }

  #outcome(draft: Draft | null) {
    const none = this.#world.release >= NO_POSITION_SINCE ? -1 : 0;
    return {
      wallet: this.#name,
      success: draft !== null,
      fee: draft?.fee ?? 0,
      change_position: draft?.changePosition ?? none,
    };
  }

  #receive(): void {
    this.#coins = this.#coins.filter(({ gone }) => !gone);
    while (this.#coins.length < MIN_COINS) {
      const coin = this.#pool.take();
      if (coin === undefined) return;
      this.#keep(coin);
    }
  }

  #keep(coin: Coin): void {
    coin.held = true;
    this.#coins.push(coin);
  }

  /** Confirmed coins, and the change of the wallet's payments in the mempool. */
  #spendable(): Coin[] {
    return this.#coins.filter(
      ({ gone, spender, creator }) =>
        !gone && spender === null && (creator === null || creator.status === "mempool"),
    );
  }
}
