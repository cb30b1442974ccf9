import type { RawEvent } from "../../event/event.ts";

/** Coins that were touched while a block was connected. */
interface CoinRun {
  readonly height: number;
  readonly txid: string;
  /** The last of the coinbase's coins; null once other coins followed. */
  coinbaseOutput: number | null;
  added: number;
  spent: number;
}

const MAX_THREADS = 64;

/**
 * Counts a block's coins. They are those of its thread from the coinbase's first one on, for connecting begins with
 * it: coins of a block that is disconnected just before, or of a block template, do not mix with them.
 *
 *     … spent spent add │ add(coinbase) spent add add spent add … │ block_connected
 *      another block's  │ this block's                            │
 */
export class CoinRuns {
  readonly #runs = new Map<number, CoinRun>();

  add({ tid, txid, vout, height, is_coinbase }: RawEvent): void {
    const run = this.#runs.get(tid);
    const output = Number(vout);
    // The same coinbase a second time is the block after its template was tested.
    const isNext = run?.coinbaseOutput != null && run.txid === txid && output > run.coinbaseOutput;
    if (is_coinbase !== true || isNext) {
      if (!run) return;
      run.added++;
      run.coinbaseOutput = isNext ? output : null;
      return;
    }
    if (this.#runs.size >= MAX_THREADS) this.#runs.clear();
    const begun = { height: Number(height), txid: String(txid) };
    this.#runs.set(tid, { ...begun, coinbaseOutput: output, added: 1, spent: 0 });
  }

  spend({ tid }: RawEvent): void {
    const run = this.#runs.get(tid);
    if (!run) return;
    run.spent++;
    run.coinbaseOutput = null;
  }

  /** The coins of the block that was just connected; null where they were not seen from the first on. */
  take(
    tid: number,
    height: number | null,
  ): { readonly added: number; readonly spent: number } | null {
    const run = this.#runs.get(tid);
    this.#runs.delete(tid);
    return run?.height === height ? { added: run.added, spent: run.spent } : null;
  }
}
