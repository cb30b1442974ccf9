import type { RawEvent } from "../../event/event.ts";
import { flagIn, numberIn, textIn } from "../../event/fields.ts";
import { BoundedMap } from "../../util/bounded-map.ts";
import { RecentMap } from "../../util/recent-map.ts";
import { Samples } from "../../util/samples.ts";
import type { Column, History } from "../history.ts";

/** An attempt of a wallet to make a transaction. */
export interface Attempt {
  /** Counted from 1 since tracing began. */
  readonly number: number;
  /** When it began, in ms since the epoch. */
  readonly time: number;
  readonly wallet: string;
  /** The last selection of the attempt; null while there is none. */
  selection: Selection | null;
  /** Whether it is the second attempt, which avoids partial spends. */
  avoidsPartialSpends: boolean;
  /** Null until the attempt ends. */
  success: boolean | null;
  /** In sat. */
  fee: number | null;
  changePosition: number | null;
  /** Of a second attempt: whether its transaction is used instead of the first's. */
  used: boolean | null;
}

export interface Selection {
  readonly algorithm: string;
  /** In sat. */
  readonly target: number | null;
  readonly selected: number | null;
  readonly waste: number | null;
}

/** Selections of an algorithm. */
export class AlgorithmTotals {
  /** Sums in sat. */
  target = 0;
  selected = 0;
  waste = 0;
  /** Selections whose waste is known. */
  wastes = 0;
  readonly recentWastes = new Samples(MAX_WASTES);
  /** Transactions with and without a change output. */
  withChange = 0;
  withoutChange = 0;
  readonly column: Column;

  constructor(column: Column) {
    this.column = column;
  }

  add({ target, selected, waste }: Selection): void {
    this.column.add(1);
    this.target += target ?? 0;
    this.selected += selected ?? 0;
    if (waste === null) return;
    this.waste += waste;
    this.wastes++;
    this.recentWastes.add(waste);
  }
}

/** Attempts of a wallet. */
class WalletTotals {
  /** First attempts. */
  made = 0;
  failed = 0;
  /** Second attempts: all, those that made a transaction, and those whose transaction is used. */
  second = 0;
  secondMade = 0;
  secondUsed = 0;
  /** In sat, of the transactions of first and of second attempts, and of those that are used. */
  firstFees = 0;
  secondFees = 0;
  usedFees = 0;
  /** How often each algorithm selected coins. */
  readonly algorithms = new BoundedMap(MAX_ALGORITHMS, () => ({ count: 0 }));
}

export const SECOND_ATTEMPT = "coin_selection:aps_create_tx_internal";
/** The tracepoints of attempts. */
export const ATTEMPT_TRACEPOINTS = [
  "coin_selection:selected_coins",
  "coin_selection:normal_create_tx_internal",
  "coin_selection:attempting_aps_create_tx",
  SECOND_ATTEMPT,
] as const;

const MAX_RECENT = 200;
const MAX_ALGORITHMS = 12;
const MAX_WASTES = 400;
const MAX_WALLETS = 1000;

/**
 * Attempts of wallets to make transactions.
 *
 * A wallet is locked while it makes one, so its events come in this order, whatever other wallets do:
 *
 *     selected_coins ─► normal_create_tx_internal ─► attempting_aps_create_tx ─► selected_coins ─► aps_create_tx_internal
 *     └────────────── first attempt ────────────┘    └──── second attempt, which avoids partial spends (APS) ───────────┘
 *
 * Without enough coins there is no selected_coins. The second attempt only follows a successful first one, and is left
 * out where the wallet always avoids partial spends, or never (-maxapsfee=-1).
 */
export class Attempts {
  readonly algorithms: BoundedMap<AlgorithmTotals>;
  readonly wallets = new BoundedMap(MAX_WALLETS, () => new WalletTotals());
  /** Newest first. */
  readonly recent: Attempt[] = [];
  readonly #failed: Column;
  /** By process and wallet: the attempt that has not ended, and the fee of the last first attempt. */
  readonly #open = new RecentMap<string, Attempt>(MAX_WALLETS);
  readonly #firstFees = new RecentMap<string, number>(MAX_WALLETS);

  constructor(history: History) {
    this.algorithms = new BoundedMap(
      MAX_ALGORITHMS,
      (name) => new AlgorithmTotals(history.column(`wallet.selected.${name}`)),
    );
    this.#failed = history.column("wallet.failed");
  }

  /** @returns the attempt that ends with the event; null while it goes on */
  take(event: RawEvent): Attempt | null {
    const wallet = textIn(event, "wallet") ?? "?";
    const key = `${event.pid}:${wallet}`;
    switch (event.tracepoint) {
      case "coin_selection:attempting_aps_create_tx":
        this.#begin(event, key, wallet);
        return null;
      case "coin_selection:selected_coins":
        this.#selected(event, this.#open.get(key) ?? this.#begin(event, key, wallet));
        return null;
    }
    const attempt = this.#open.take(key) ?? this.#begin(event, key, wallet);
    this.#open.delete(key);
    this.#ended(event, key, attempt);
    return attempt;
  }

  /** First attempts that made no transaction. */
  get failures(): number {
    return this.#failed.total;
  }

  #selected(event: RawEvent, attempt: Attempt): void {
    const selection = {
      algorithm: textIn(event, "algorithm") ?? "unknown",
      target: numberIn(event, "target"),
      selected: numberIn(event, "selected_value"),
      waste: numberIn(event, "waste"),
    };
    attempt.selection = selection;
    this.algorithms.get(selection.algorithm).add(selection);
    this.wallets.get(attempt.wallet).algorithms.get(selection.algorithm).count++;
  }

  #ended(event: RawEvent, key: string, attempt: Attempt): void {
    attempt.avoidsPartialSpends = event.tracepoint === SECOND_ATTEMPT;
    attempt.success = flagIn(event, "success") ?? false;
    attempt.fee = numberIn(event, "fee");
    attempt.changePosition = numberIn(event, "change_position");
    attempt.used = flagIn(event, "aps_used");
    const { success, selection, changePosition } = attempt;
    if (success && selection && changePosition !== null) {
      const totals = this.algorithms.get(selection.algorithm);
      if (changePosition < 0) totals.withoutChange++;
      else totals.withChange++;
    }
    const totals = this.wallets.get(attempt.wallet);
    const fee = success ? (attempt.fee ?? 0) : 0;
    if (attempt.avoidsPartialSpends) {
      totals.second++;
      if (success) totals.secondMade++;
      totals.secondFees += fee;
      const firstFee = this.#firstFees.take(key) ?? 0;
      if (attempt.used !== true) return;
      totals.secondUsed++;
      totals.usedFees += fee - firstFee;
    } else {
      if (success) totals.made++;
      else totals.failed++;
      if (!success) this.#failed.add(1);
      totals.firstFees += fee;
      totals.usedFees += fee;
      this.#firstFees.set(key, fee);
    }
  }

  #begin(event: RawEvent, key: string, wallet: string): Attempt {
    const attempt: Attempt = {
      number: (this.recent[0]?.number ?? 0) + 1,
      time: event.time,
      wallet,
      selection: null,
      avoidsPartialSpends: event.tracepoint === "coin_selection:attempting_aps_create_tx",
      success: null,
      fee: null,
      changePosition: null,
      used: null,
    };
    this.#open.set(key, attempt);
    this.recent.unshift(attempt);
    if (this.recent.length > MAX_RECENT) this.recent.pop();
    return attempt;
  }
}
