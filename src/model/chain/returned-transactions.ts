import { RecentMap } from "../../util/recent-map.ts";

/** Transactions whose block is remembered: a few full blocks. */
const MAX_MINED = 20_000;

/** What becomes of transactions whose block was disconnected. Core fires an event for each, without the cause. */
export class ReturnedTransactions {
  /** By id, those that left the mempool for a block. */
  readonly #mined = new RecentMap<string, true>(MAX_MINED);
  /** Those that returned since the last `take`. */
  readonly #returned = new Set<string>();
  #dropped = 0;
  #hasAdded = false;
  #hasMined = false;

  /** Whether both are traced: what enters the mempool, and what leaves it for a block. */
  get isTraced(): boolean {
    return this.#hasAdded && this.#hasMined;
  }

  mined(txid: string): void {
    this.#hasMined = true;
    this.#mined.set(txid, true);
    this.#returned.delete(txid);
  }

  /** It entered the mempool: from a block, if it had left the mempool for one. */
  added(txid: string): void {
    this.#hasAdded = true;
    if (this.#mined.get(txid) === undefined) return;
    this.#mined.delete(txid);
    if (this.#returned.size < MAX_MINED) this.#returned.add(txid);
  }

  /** The mempool rejects it. */
  rejected(txid: string): void {
    if (this.#mined.get(txid) === undefined) return;
    this.#mined.delete(txid);
    this.#dropped++;
  }

  /** It left the mempool because of the reorganisation. */
  removed(): void {
    this.#dropped++;
  }

  /** The counts since the last call. */
  take(): { readonly returned: number; readonly dropped: number } {
    const taken = { returned: this.#returned.size, dropped: this.#dropped };
    this.#returned.clear();
    this.#dropped = 0;
    return taken;
  }
}
