import type { Chain, MinedBlock } from "./chain.ts";
import type { Economy } from "./economy.ts";
import { feeRate, type Mempool } from "./mempool.ts";
import type { Coin, Payment } from "./payment.ts";
import type { World } from "./world.ts";

/** Share of the mempool's transactions that fit in a block. */
const SHARE = { min: 0.5, max: 0.95 } as const;
const BLOCK_LIMIT = 400;
/** Chance that a miner has transactions that the node does not have, and their maximum number. */
const UNSEEN_CHANCE = 0.5;
const MAX_UNSEEN = 4;
/** Chance that a miner has a transaction in conflict with one of the node's mempool. */
const RIVAL_CHANCE = 0.25;

/** A competing branch of two blocks, and the block that it replaces. */
export interface Fork {
  readonly stale: MinedBlock;
  readonly branch: readonly [MinedBlock, MinedBlock];
}

/** Selects the transactions of blocks. Miners have mostly the same transactions as the node. */
export class Miner {
  readonly #world: World;
  readonly #chain: Chain;
  readonly #mempool: Mempool;
  readonly #economy: Economy;

  constructor(world: World, chain: Chain, mempool: Mempool, economy: Economy) {
    this.#world = world;
    this.#chain = chain;
    this.#mempool = mempool;
    this.#economy = economy;
  }

  /** A block on top of the tip. */
  block(): MinedBlock {
    const { prng } = this.#world;
    const excluded = new Set<Payment>();
    const extra: Payment[] = [];
    const rival = prng.chance(RIVAL_CHANCE) ? this.#economy.rival() : null;
    if (rival !== null) {
      extra.push(rival);
      const losers = rival.spends.flatMap(({ spender }) => spender ?? []);
      for (const loser of this.#mempool.withDescendants(losers)) excluded.add(loser);
    }
    if (prng.chance(UNSEEN_CHANCE)) {
      extra.push(...this.#economy.confirmedPayments(prng.integer(1, MAX_UNSEEN)));
    }
    return this.#chain.mine(this.#chain.tip, [...this.#best(excluded), ...extra]);
  }

  /** The transactions of a block template that the node makes. */
  template(): Payment[] {
    return choose([...this.#mempool.entries()], BLOCK_LIMIT);
  }

  /**
   * Two blocks that replace the tip. The first contains a conflict with one of the tip's payments, so a child of that
   * payment in the mempool becomes invalid. Null if no payment of the tip has such a child.
   */
  fork(): Fork | null {
    const stale = this.#chain.tipBlock;
    const parent = this.#chain.tipParent;
    const victim = stale?.payments.find(
      ({ creates, spends }) =>
        spends.length > 0 &&
        spends.every(({ height }) => height < stale.height) &&
        creates.some(({ spender }) => spender !== null),
    );
    if (stale === null || parent === null || victim === undefined) return null;
    const rival = this.#economy.versionOf(victim);
    if (rival === null) return null;
    const lost = descendantsWithin(stale.payments.slice(1), victim);
    const kept = stale.payments.slice(1).filter((payment) => !lost.has(payment));
    const first = this.#chain.mine(parent, [...kept, rival]);
    const excluded = this.#mempool.withDescendants(
      [...lost].flatMap(({ creates }) => creates.flatMap(({ spender }) => spender ?? [])),
    );
    const second = this.#chain.mine(
      { header: first.block.header, hash: first.hash, height: first.height },
      this.#best(excluded).slice(0, this.#world.prng.integer(1, 20)),
    );
    return { stale, branch: [first, second] };
  }

  /** The transactions of the mempool with the highest feerates. */
  #best(excluded: ReadonlySet<Payment>): Payment[] {
    const candidates = [...this.#mempool.entries()].filter((payment) => !excluded.has(payment));
    const share = this.#world.prng.between(SHARE.min, SHARE.max);
    return choose(candidates, Math.min(BLOCK_LIMIT, Math.ceil(share * candidates.length)));
  }
}

/** The `limit` payments with the highest feerates, and a few more if parents are needed; parents before children. */
function choose(candidates: readonly Payment[], limit: number): Payment[] {
  const byFeeRate = candidates.toSorted((a, b) => feeRate(b) - feeRate(a));
  const chosen = new Set<Payment>();
  const include = (payment: Payment): void => {
    for (const { creator } of payment.spends) if (creator !== null) include(creator);
    chosen.add(payment);
  };
  for (const payment of byFeeRate) {
    if (chosen.size >= limit) break;
    include(payment);
  }
  return [...chosen];
}

/** The payment and its descendants among a block's payments. */
function descendantsWithin(payments: readonly Payment[], first: Payment): Set<Payment> {
  const family = new Set([first]);
  const coins = new Set<Coin>(first.creates);
  for (const payment of payments) {
    if (!payment.spends.some((coin) => coins.has(coin))) continue;
    family.add(payment);
    for (const coin of payment.creates) coins.add(coin);
  }
  return family;
}
