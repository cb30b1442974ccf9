import { RecentMap } from "../../util/recent-map.ts";

/** Transactions whose block is remembered: a few full blocks. */
const MAX_MINED = 20_000;

/** What becomes of transactions whose block was disconnected. Core tells of them one by one, and not why. */
export class ReturnedTransactions {
  /** By id, those that left the mempool for a block. */
  readonly #mined = new RecentMap<string, true>(MAX_MINED);
  /** Those that came back since they were last asked for. */
  readonly #returned = new Set<string>();
  #dropped = 0;
  #hasAdded = false;
  #hasMined = false;

  /** Whether both are told: what enters the mempool, and what leaves it for a block. */
  get isTold(): boolean {
    return this.#hasAdded && this.#hasMined;
  }

  mined(txid: string): void {
    this.#hasMined = true;
    this.#mined.set(txid, true);
    this.#returned.delete(txid);
  }

  /** It entered the mempool: from a block, if it had left for one. */
  added(txid: string): void {
    this.#hasAdded = true;
    if (this.#mined.get(txid) === undefined) return;
    this.#mined.delete(txid);
    if (this.#returned.size < MAX_MINED) this.#returned.add(txid);
  }

  /** The mempool does not take it back. */
  rejected(txid: string): void {
    if (this.#mined.get(txid) === undefined) return;
    this.#mined.delete(txid);
    this.#dropped++;
  }

  /** It left the mempool because of the reorganisation. */
  removed(): void {
    this.#dropped++;
  }

  /** What there was since this was last asked. */
  take(): { readonly returned: number; readonly dropped: number } {
    const taken = { returned: this.#returned.size, dropped: this.#dropped };
    this.#returned.clear();
    this.#dropped = 0;
    return taken;
  }
}
