import { MEMPOOL_HEIGHT } from "../contract/utxocache.ts";
import type { CoinPool } from "./coin-pool.ts";
import type { CoinsCache } from "./coins-cache.ts";
import type { Coin, Flaw, Payment } from "./payment.ts";
import type { World } from "./world.ts";

type RemovalReason = "expiry" | "sizelimit" | "reorg" | "block" | "conflict" | "replaced";

/** The sender of a transaction, for the development branch's mempool:rejected. */
export interface Sender {
  readonly id: number;
  readonly name: string;
}

/** The sender of transactions of the node itself: of its wallet, or of a disconnected block. */
export const NO_PEER: Sender = { id: -1, name: "" };

/** In vB: Core's 300 MB, scaled to the simulation's small blocks. */
const SIZE_LIMIT = 48_000;
/** In s: Core's two weeks, scaled in the same way. */
const EXPIRY = 200;
/** In sat/vB. */
const MIN_RELAY_FEE = 1;
/** A replacement must pay at least this much more, in sat/vB of its own size. */
const INCREMENTAL_FEE = 1;
/** Half-life in s of the minimum feerate that evictions caused. */
const MINIMUM_HALF_LIFE = 60;

/** The transaction entered the mempool and was evicted at once. */
const MEMPOOL_FULL: Flaw = { reason: "mempool full", afterLookup: true };

export class Mempool {
  readonly #world: World;
  readonly #cache: CoinsCache;
  readonly #pool: CoinPool;
  /** By id, in order of entry. */
  readonly #entries = new Map<string, Payment>();
  #vsize = 0;
  /** Minimum feerate in sat/vB at `minimumTime`, when an eviction last raised it. */
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

  /** Minimum feerate of new transactions, in sat/vB. */
  get minimumFeeRate(): number {
    const age = this.#world.time - this.#minimumTime;
    return Math.max(MIN_RELAY_FEE, this.#minimum * 0.5 ** (age / MINIMUM_HALF_LIFE));
  }

  /**
   * Adds the transaction, or fires the reason for its rejection. Its status is then mempool, orphan or gone.
   * @param bypassLimits for transactions of a disconnected block: fee limits do not apply to them
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

  /** Removes the transactions of a new block and those in conflict with it. */
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

  /** The payments and all their descendants, parents first. */
  withDescendants(payments: Iterable<Payment>): Set<Payment> {
    const found = new Set(payments);
    for (const payment of found) {
      for (const { spender } of payment.creates) if (spender !== null) found.add(spender);
    }
    return found;
  }

  /** Gives up a payment that will never be in a block: others can spend its coins again. */
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

/** Whether neither the mempool nor the chain has the transaction that creates the coin. */
function isAwaited({ creator }: Coin): boolean {
  return creator !== null && creator.status !== "mempool";
}
