import { RecentMap } from "../../util/recent-map.ts";

/** Maximum number of mined transactions that are stored: those of a few full blocks. */
const MAX_MINED = 20_000;

/** Counts what happens to transactions of disconnected blocks. Core fires an event for each, without the cause. */
export class ReturnedTransactions {
  /** Ids of the transactions that left the mempool for a block. */
  readonly #mined = new RecentMap<string, true>(MAX_MINED);
  /** Ids of the transactions that returned since the last `take`. */
  readonly #returned = new Set<string>();
  #dropped = 0;
  #hasAdded = false;
  #hasMined = false;

  /** Whether events of both were seen: transactions that enter the mempool, and those that leave it for a block. */
  get isTraced(): boolean {
    return this.#hasAdded && this.#hasMined;
  }

  mined(txid: string): void {
    this.#hasMined = true;
    this.#mined.set(txid, true);
    this.#returned.delete(txid);
  }

  /** The transaction entered the mempool. If it had left it for a block, it returned. */
  added(txid: string): void {
    this.#hasAdded = true;
    if (this.#mined.get(txid) === undefined) return;
    this.#mined.delete(txid);
    if (this.#returned.size < MAX_MINED) this.#returned.add(txid);
  }

  /** The mempool rejected the transaction. */
  rejected(txid: string): void {
    if (this.#mined.get(txid) === undefined) return;
    this.#mined.delete(txid);
    this.#dropped++;
  }

  /** A transaction left the mempool because of the reorganisation. */
  removed(): void {
    this.#dropped++;
  }

  /** Returns the counts since the last call. */
  take(): { readonly returned: number; readonly dropped: number } {
    const taken = { returned: this.#returned.size, dropped: this.#dropped };
    this.#returned.clear();
    this.#dropped = 0;
    return taken;
  }
}
