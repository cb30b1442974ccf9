import { MEMPOOL_HEIGHT } from "../contract/utxocache.ts";
import type { CoinPool } from "./coin-pool.ts";
import type { CoinsCache } from "./coins-cache.ts";
import type { Coin, Flaw, Payment } from "./payment.ts";
import type { World } from "./world.ts";

type RemovalReason = "expiry" | "sizelimit" | "reorg" | "block" | "conflict" | "replaced";

/** Who sent a transaction, as the development branch's mempool:rejected tells. */
export interface Sender {
  readonly id: number;
  readonly name: string;
}

/** The node itself: its wallet, or a block that was disconnected. */
export const NOBODY: Sender = { id: -1, name: "" };

/** In vB: Core's 300 MB, in proportion to the simulation's small blocks. */
const SIZE_LIMIT = 48_000;
/** In s: Core's two weeks, likewise. */
const EXPIRY = 200;
/** In sat/vB. */
const MIN_RELAY_FEE = 1;
/** A replacement pays at least this much more, in sat/vB of its own size. */
const INCREMENTAL_FEE = 1;
/** In s: after so long half of the minimum that evictions left is forgotten. */
const MINIMUM_HALF_LIFE = 60;

/** It got in and was evicted at once. */
const MEMPOOL_FULL: Flaw = { reason: "mempool full", afterLookup: true };

export class Mempool {
  readonly #world: World;
  readonly #cache: CoinsCache;
  readonly #pool: CoinPool;
  /** By id, in order of entry. */
  readonly #entries = new Map<string, Payment>();
  #vsize = 0;
  /** In sat/vB, when it was last raised. */
  #minimum = 0;
  #minimumTime = 0;

  constructor(world: World, cache: CoinsCache, pool: CoinPool) {
    this.#world = world;
    this.#cache = cache;
    this.#pool = pool;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(payment: Payment): boolean {
    return this.#entries.has(payment.id);
  }

  entries(): IterableIterator<Payment> {
    return this.#entries.values();
  }

  /** What a newcomer pays at least, in sat/vB. */
  get minimumFeeRate(): number {
    const age = this.#world.time - this.#minimumTime;
    return Math.max(MIN_RELAY_FEE, this.#minimum * 0.5 ** (age / MINIMUM_HALF_LIFE));
  }

  /**
   * Takes the transaction in, or tells why not. Its status tells the outcome: mempool, orphan or gone.
   * @param bypassLimits for what a disconnected block contained: it need not pay for its place
   */
  offer(payment: Payment, sender: Sender, bypassLimits = false): void {
    const flaw = this.#flaw(payment, bypassLimits);
    if (flaw !== null) {
      this.#refuse(payment, flaw, sender);
      return;
    }
    this.#enter(payment);
    if (!this.has(payment)) this.#refuse(payment, MEMPOOL_FULL, sender);
  }

  #refuse(payment: Payment, flaw: Flaw, sender: Sender): void {
    for (const coin of flaw.afterLookup ? payment.spends : []) {
      if (coin.height !== MEMPOOL_HEIGHT && !coin.gone) this.#cache.uncache(coin);
    }
    this.#world.fire("mempool:rejected", {
      txid: payment.id,
      reason: flaw.reason,
      peer_id: sender.id,
      address: sender.name,
    });
    const waits = payment.spends.some(isAwaited) && !payment.spends.some(({ gone }) => gone);
    if (waits) payment.status = "orphan";
    else this.discard(payment);
  }

  /** Removes what a new block contains or contradicts. */
  removeForBlock(payments: readonly Payment[]): void {
    for (const payment of payments) {
      if (this.#entries.has(payment.id)) this.#remove(payment, "block");
      payment.status = "block";
      for (const { spender } of payment.spends) {
        if (spender !== null) this.removeWithDescendants(spender, "conflict");
      }
    }
  }

  removeWithDescendants(payment: Payment, reason: RemovalReason): void {
    for (const member of this.withDescendants([payment])) {
      this.#remove(member, reason);
      this.discard(member);
    }
  }

  /** The payments and all that spend their outputs, parents first. */
  withDescendants(payments: Iterable<Payment>): Set<Payment> {
    const found = new Set(payments);
    for (const payment of found) {
      for (const { spender } of payment.creates) if (spender !== null) found.add(spender);
    }
    return found;
  }

  /** It will never be in a block: the coins it meant to spend are free again. */
  discard(payment: Payment): void {
    payment.status = "gone";
    for (const coin of payment.creates) coin.gone = true;
    for (const coin of payment.spends) {
      if (coin.creator === null && coin.spender === null) this.#pool.add(coin);
    }
  }

  #flaw(payment: Payment, bypassLimits: boolean): Flaw | null {
    const refused = (reason: string): Flaw => ({ reason, afterLookup: true });
    if (payment.flaw !== null) return payment.flaw;
    if (payment.spends.some((coin) => coin.gone || isAwaited(coin))) {
      return refused("bad-txns-inputs-missingorspent");
    }
    if (bypassLimits) return null;
    if (payment.fee < MIN_RELAY_FEE * payment.vsize) return refused("min relay fee not met");
    if (payment.fee < this.minimumFeeRate * payment.vsize)
      return refused("mempool min fee not met");
    const replaced = this.#replacedBy(payment);
    const owed = [...replaced].reduce((sum, { fee }) => sum + fee, 0);
    if (replaced.size > 0 && payment.fee < owed + INCREMENTAL_FEE * payment.vsize) {
      return refused("insufficient fee");
    }
    return null;
  }

  #replacedBy(payment: Payment): Set<Payment> {
    return this.withDescendants(payment.spends.flatMap(({ spender }) => spender ?? []));
  }

  #enter(payment: Payment): void {
    const replaced = this.#replacedBy(payment);
    for (const old of replaced) {
      this.#world.fire("mempool:replaced", {
        replaced_txid: old.id,
        replaced_vsize: old.vsize,
        replaced_fee: old.fee,
        replaced_entry_time: old.entryTime,
        replacement_id: payment.id,
        replacement_vsize: payment.vsize,
        replacement_fee: payment.fee,
        replacement_is_txid: true,
      });
    }
    for (const old of replaced) this.#remove(old, "replaced");
    payment.status = "mempool";
    payment.entryTime = this.#world.time;
    this.#entries.set(payment.id, payment);
    this.#vsize += payment.vsize;
    for (const coin of payment.spends) coin.spender = payment;
    for (const old of replaced) this.discard(old);
    this.#world.fire("mempool:added", { txid: payment.id, vsize: payment.vsize, fee: payment.fee });
    this.#limit();
  }

  #remove(payment: Payment, reason: RemovalReason): void {
    this.#entries.delete(payment.id);
    this.#vsize -= payment.vsize;
    for (const coin of payment.spends) coin.spender = null;
    this.#world.fire("mempool:removed", {
      txid: payment.id,
      reason,
      vsize: payment.vsize,
      fee: payment.fee,
      entry_time: payment.entryTime,
    });
  }

  #limit(): void {
    for (const payment of this.#entries.values()) {
      if (payment.entryTime >= this.#world.time - EXPIRY) break;
      this.removeWithDescendants(payment, "expiry");
    }
    while (this.#vsize > SIZE_LIMIT) {
      const worst = this.#worst();
      this.#minimum = feeRate(worst) + INCREMENTAL_FEE;
      this.#minimumTime = this.#world.time;
      this.removeWithDescendants(worst, "sizelimit");
    }
  }

  #worst(): Payment {
    let worst: Payment | undefined;
    for (const payment of this.#entries.values()) {
      if (worst === undefined || feeRate(payment) < feeRate(worst)) worst = payment;
    }
    return worst!;
  }
}

/** In sat/vB. */
export function feeRate({ fee, vsize }: Payment): number {
  return fee / vsize;
}

/** Created by a transaction that neither the mempool nor the chain has. */
function isAwaited({ creator }: Coin): boolean {
  return creator !== null && creator.status !== "mempool";
}
