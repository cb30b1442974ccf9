import { displayHash } from "../bitcoin/hash.ts";
import type { CoinPool } from "./coin-pool.ts";
import type { Mempool } from "./mempool.ts";
import type { Coin } from "./payment.ts";
import { type Flaw, makePayment, type Payment, type PaymentPlan } from "./payment.ts";
import { SCRIPT_KINDS } from "./script.ts";
import type { World } from "./world.ts";

/** Number of coins at the start of the simulation, and the maximum depth of their blocks below the tip. */
const INITIAL_COINS = 3000;
const INITIAL_DEPTH = 50_000;
/** In sat. */
const INITIAL_VALUES = { min: 50_000, median: 2_000_000, spread: 1.8 } as const;
/** If the pool holds more coins than this, payments use more inputs, which reduces the number of coins. */
const MANY_COINS = 4500;
/** Chance of a payment with many outputs, like those of exchanges. */
const BATCH_CHANCE = 0.04;
const DATA_CHANCE = 0.05;
const CHILD_CHANCE = 0.12;
/** Payments do not extend larger families of unconfirmed transactions. */
const MAX_RELATIVES = 8;
const MAX_INPUTS = 8;
/** In sat/vB. */
const FEE_RATES = { min: 1.1, calm: 6, spread: 0.8, flood: 1.5 } as const;

/** The payments that wallets of the network make with the coins of the pool. */
export class Economy {
  readonly #world: World;
  readonly #pool: CoinPool;
  readonly #mempool: Mempool;

  constructor(world: World, pool: CoinPool, mempool: Mempool) {
    this.#world = world;
    this.#pool = pool;
    this.#mempool = mempool;
  }

  /** An ordinary payment; null if the coins do not suffice. */
  payment(): Payment | null {
    const { prng } = this.#world;
    const coin = prng.chance(CHILD_CHANCE) ? this.#unconfirmedCoin() : undefined;
    return this.#pay(coin, {
      feeRate: this.#feeRate(),
      outputs: this.#outputs(),
      ...(prng.chance(DATA_CHANCE) ? { data: prng.bytes(prng.integer(20, 75)) } : {}),
    });
  }

  /** Up to `count` payments that spend only confirmed coins. */
  confirmedPayments(count: number): Payment[] {
    return Array.from({ length: count }, () =>
      this.#pay(undefined, { feeRate: this.#feeRate(), outputs: this.#outputs() }),
    ).filter((payment) => payment !== null);
  }

  /** A payment near the lowest feerate that the mempool may accept. */
  cheapPayment(): Payment | null {
    const feeRate = this.#world.prng.between(FEE_RATES.min, FEE_RATES.min + FEE_RATES.flood);
    return this.#pay(undefined, { feeRate, outputs: 2 });
  }

  /** A payment that spends the same coins as one in the mempool, mostly for a higher fee. Else it is rejected. */
  replacement(): Payment | null {
    const { prng } = this.#world;
    const original = this.#fromMempool();
    if (original === undefined) return null;
    const conflicts = this.#mempool.withDescendants([original]);
    const owed = [...conflicts].reduce((sum, { fee }) => sum + fee, 0);
    const factor = prng.chance(0.15) ? prng.between(0.7, 0.95) : prng.between(1.4, 2.5);
    const feeRate = Math.max((owed / original.vsize) * factor, FEE_RATES.min) + 1;
    return makePayment(original.spends, { feeRate, outputs: original.creates.length }, prng);
  }

  /** A conflict with a payment in the mempool. Only a miner that has not seen that payment accepts it. */
  rival(): Payment | null {
    const original = this.#fromMempool();
    const confirmed = original?.spends.every(({ creator }) => creator === null);
    return original !== undefined && confirmed ? this.versionOf(original) : null;
  }

  /** A payment that spends the same coins, with other outputs. */
  versionOf({ spends }: Payment): Payment | null {
    return makePayment(spends, { feeRate: this.#feeRate(), outputs: 2 }, this.#world.prng);
  }

  /** A payment and its child, for peers that announce the child first. */
  family(): readonly [parent: Payment, child: Payment] | null {
    const parent = this.payment();
    if (parent === null) return null;
    const coin = this.#world.prng.pick(parent.creates);
    const plan = { feeRate: 2 * this.#feeRate(), outputs: 1 };
    const child = makePayment([coin], plan, this.#world.prng);
    if (child === null) this.#mempool.discard(parent);
    return child === null ? null : [parent, child];
  }

  /** A payment that the node always rejects, independent of the mempool's content. */
  flawedPayment(): Payment | null {
    const flaw = this.#world.prng.pick(flaws(this.#world.release));
    if (flaw === CHEAP) return this.#pay(undefined, { feeRate: 0.3, outputs: 2 });
    return this.#pay(undefined, { feeRate: this.#feeRate(), outputs: 2, flaw });
  }

  /** Adds coins of blocks before the simulation to the pool. */
  seed(tipHeight: number): void {
    for (let i = 0; i < INITIAL_COINS; i++) {
      this.#pool.add(this.#historicCoin(tipHeight));
    }
  }

  #historicCoin(tipHeight: number): Coin {
    const { prng } = this.#world;
    const txid = prng.bytes(32);
    return {
      previous: { txid, vout: prng.integer(0, 3) },
      txid: displayHash(txid),
      value:
        INITIAL_VALUES.min + Math.round(prng.skewed(INITIAL_VALUES.median, INITIAL_VALUES.spread)),
      kind: prng.weighted(SCRIPT_KINDS),
      coinbase: prng.chance(0.01),
      height: tipHeight - 100 - prng.integer(0, INITIAL_DEPTH),
      creator: null,
      spender: null,
      gone: false,
      held: false,
    };
  }

  /** Spends `first` and a random number of coins of the pool, and more while they do not cover the fee. */
  #pay(first: Coin | undefined, plan: PaymentPlan): Payment | null {
    const { prng } = this.#world;
    const wanted = prng.integer(1, this.#pool.size > MANY_COINS ? 5 : 2);
    const spends = first === undefined ? [] : [first];
    while (spends.length < MAX_INPUTS) {
      const payment = spends.length < wanted ? null : makePayment(spends, plan, prng);
      if (payment !== null) return payment;
      const coin = this.#pool.take();
      if (coin === undefined) return null;
      spends.push(coin);
    }
    return null;
  }

  #feeRate(): number {
    return FEE_RATES.min + this.#world.prng.skewed(FEE_RATES.calm, FEE_RATES.spread);
  }

  #outputs(): number {
    const { prng } = this.#world;
    if (prng.chance(BATCH_CHANCE)) return prng.integer(5, 40);
    return prng.chance(0.8) ? 2 : prng.integer(1, 3);
  }

  #fromMempool(): Payment | undefined {
    let skip = this.#world.prng.integer(0, Math.max(0, this.#mempool.size - 1));
    for (const payment of this.#mempool.entries()) if (skip-- === 0) return payment;
    return undefined;
  }

  #unconfirmedCoin(): Coin | undefined {
    const parent = this.#fromMempool();
    if (parent === undefined || this.#mempool.withDescendants([parent]).size > MAX_RELATIVES) {
      return undefined;
    }
    return parent.creates.find(({ spender }) => spender === null);
  }
}

const CHEAP = "cheap";

/** Core's reject reasons. Since v30 script failures have another text. */
function flaws(release: number): readonly (Flaw | typeof CHEAP)[] {
  const script =
    release >= 30 ? "mempool-script-verify-flag-failed" : "non-mandatory-script-verify-flag";
  return [
    CHEAP,
    { reason: "dust", afterLookup: false },
    { reason: "scriptpubkey", afterLookup: false },
    { reason: "tx-size", afterLookup: false },
    { reason: "non-BIP68-final", afterLookup: true },
    { reason: "bad-witness-nonstandard", afterLookup: true },
    { reason: `${script} (Witness program hash mismatch)`, afterLookup: true },
    {
      reason: `${script} (Signature must be zero for failed CHECK(MULTI)SIG operation)`,
      afterLookup: true,
    },
  ];
}
