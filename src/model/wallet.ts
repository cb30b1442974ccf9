import type { RawEvent } from "../event/event.ts";
import { BoundedMap } from "../util/bounded-map.ts";
import { Samples } from "../util/samples.ts";
import type { Column, History } from "./history.ts";
import { flagOf, numberOf, textOf } from "./values.ts";

/** An attempt to make a transaction: how its coins were selected and what came of it. */
export interface Payment {
  /** Its place among all since tracing began, from 1 on. */
  readonly number: number;
  readonly time: number;
  readonly wallet: string;
  /** The last selection of the attempt; null when none succeeded. */
  selection: Selection | null;
  /** Whether it was the second attempt, which avoids partial spends. */
  readonly avoidsPartialSpends: boolean;
  /** Null until the attempt's end is told. */
  success: boolean | null;
  /** In sat. */
  fee: number | null;
  changePosition: number | null;
  /** Of a second attempt: whether it was taken rather than the first. */
  used: boolean | null;
}

export interface Selection {
  readonly algorithm: string;
  /** In sat. */
  readonly target: number | null;
  readonly selected: number | null;
  readonly waste: number | null;
}

/** What selections of an algorithm came to, since tracing began. */
export interface AlgorithmView {
  readonly algorithm: string;
  readonly selections: number;
  /** Of the selections that told it, in sat: mean of all, median of the last few hundred. */
  readonly meanWaste: number | null;
  readonly medianWaste: number | null;
  /** Transactions made with its coins that have a change output, and that have none. */
  readonly withChange: number;
  readonly withoutChange: number;
}

export interface WalletView {
  readonly selections: number;
  /** Most often first. */
  readonly algorithms: readonly AlgorithmView[];
  /** First attempts that made no transaction. */
  readonly failures: number;
  /** Newest first. */
  readonly payments: readonly Payment[];
}

const MAX_PAYMENTS = 200;
const MAX_ALGORITHMS = 12;
const MAX_WASTES = 400;

class AlgorithmCounter {
  selections = 0;
  wasteSum = 0;
  wastes = 0;
  withChange = 0;
  withoutChange = 0;
  readonly recentWastes = new Samples(MAX_WASTES);
  readonly column: Column;

  constructor(column: Column) {
    this.column = column;
  }

  selected(waste: number | null): void {
    this.selections++;
    this.column.add(1);
    if (waste === null) return;
    this.wasteSum += waste;
    this.wastes++;
    this.recentWastes.add(waste);
  }

  view(algorithm: string): AlgorithmView {
    const { selections, withChange, withoutChange, wastes, wasteSum } = this;
    return {
      algorithm,
      selections,
      meanWaste: wastes === 0 ? null : wasteSum / wastes,
      medianWaste: this.recentWastes.median,
      withChange,
      withoutChange,
    };
  }
}

/** How the wallet selects coins. */
export class Wallet {
  readonly #payments: Payment[] = [];
  readonly #algorithms: BoundedMap<AlgorithmCounter>;
  readonly #failed: Column;
  #failures = 0;

  constructor(history: History) {
    this.#algorithms = new BoundedMap(
      MAX_ALGORITHMS,
      (name) => new AlgorithmCounter(history.column(`wallet.selected.${name}`)),
    );
    this.#failed = history.column("wallet.failed");
  }

  selected(event: RawEvent): void {
    const algorithm = textOf(event, "algorithm") ?? "unknown";
    const waste = numberOf(event, "waste");
    this.#algorithms.get(algorithm).selected(waste);
    const payment = this.#open(event) ?? this.#begin(event, false);
    payment.selection = {
      algorithm,
      target: numberOf(event, "target"),
      selected: numberOf(event, "selected_value"),
      waste,
    };
  }

  ended(event: RawEvent, avoidsPartialSpends: boolean): void {
    const payment = this.#open(event) ?? this.#begin(event, avoidsPartialSpends);
    payment.success = flagOf(event, "success") ?? false;
    payment.fee = numberOf(event, "fee");
    payment.changePosition = numberOf(event, "change_position");
    payment.used = flagOf(event, "aps_used");
    if (payment.success && payment.selection && payment.changePosition !== null) {
      const counter = this.#algorithms.get(payment.selection.algorithm);
      if (payment.changePosition < 0) counter.withoutChange++;
      else counter.withChange++;
    }
    // A second attempt that finds nothing leaves the first as it is.
    if (payment.success || avoidsPartialSpends) return;
    this.#failures++;
    this.#failed.add(1);
  }

  attempted(event: RawEvent): void {
    this.#begin(event, true);
  }

  view(): WalletView {
    const algorithms = this.#algorithms
      .map((algorithm, counter) => counter.view(algorithm))
      .sort((a, b) => b.selections - a.selections);
    return {
      selections: algorithms.reduce((sum, { selections }) => sum + selections, 0),
      algorithms,
      failures: this.#failures,
      payments: this.#payments,
    };
  }

  /** The attempt of this wallet that has not ended yet. */
  #open(event: RawEvent): Payment | undefined {
    const wallet = textOf(event, "wallet") ?? "";
    return this.#payments.find((payment) => payment.wallet === wallet && payment.success === null);
  }

  #begin(event: RawEvent, avoidsPartialSpends: boolean): Payment {
    const payment: Payment = {
      number: (this.#payments[0]?.number ?? 0) + 1,
      time: event.time,
      wallet: textOf(event, "wallet") ?? "",
      selection: null,
      avoidsPartialSpends,
      success: null,
      fee: null,
      changePosition: null,
      used: null,
    };
    this.#payments.unshift(payment);
    if (this.#payments.length > MAX_PAYMENTS) this.#payments.pop();
    return payment;
  }
}
