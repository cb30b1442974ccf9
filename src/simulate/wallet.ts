import { type Coin, type CoinPool } from "./coin.ts";
import type { Economy } from "./economy.ts";
import { estimateVsize, makePayment, type Payment } from "./payment.ts";
import type { World } from "./world.ts";

/** In sat/vB: what wallets expect spending an input to cost one day. */
const LONG_TERM_FEE_RATE = 10;
/** In vB: to create a change output, and to spend it later. */
const CHANGE_COST = { create: 31, spend: 68 } as const;
/** In sat: what avoiding partial spends may cost more. */
const MAX_APS_FEE = 0;
/** A failure has change position -1 since this release, before 0. */
const NO_CHANGE_SINCE = 27;
const SEARCH_LIMIT = 2000;

type Algorithm = "bnb" | "knapsack" | "srd";

interface Selection {
  readonly algorithm: Algorithm;
  readonly coins: readonly Coin[];
  readonly value: number;
  /** In sat: fees compared with later, and change or excess. Lower is better. */
  readonly waste: number;
  readonly change: boolean;
}

interface Attempt {
  readonly selection: Selection;
  readonly fee: number;
  readonly changePosition: number;
}

/** A wallet of the node: it selects coins as Core does and reports it as Core does. */
export class Wallet {
  readonly #world: World;
  readonly #name: string;
  #coins: Coin[];

  constructor(world: World, name: string, coins: readonly Coin[]) {
    this.#world = world;
    this.#name = name;
    this.#coins = [...coins];
  }
}
