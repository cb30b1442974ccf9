import type { RawEvent } from "../tracer/decoder.ts";
import { TallyMap } from "./tally-map.ts";
import { flagOf, numberOf, textOf } from "./values.ts";

/** An attempt to make a transaction: how its coins were selected and what came of it. */
export interface Payment {
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

export interface WalletView {
  readonly selections: number;
  readonly algorithms: readonly (readonly [algorithm: string, count: number])[];
  /** First attempts that made no transaction. */
  readonly failures: number;
  /** Newest first. */
  readonly payments: readonly Payment[];
}

const MOST_PAYMENTS = 60;
const MOST_ALGORITHMS = 16;

/** How the wallet selects coins. */
export class Wallet {
  readonly #payments: Payment[] = [];
  readonly #algorithms = new TallyMap(MOST_ALGORITHMS);
  #failures = 0;

  selected(event: RawEvent): void {
    const algorithm = textOf(event, "algorithm") ?? "unknown";
    this.#algorithms.add(algorithm);
    const payment = this.#open(event) ?? this.#begin(event, false);
    payment.selection = {
      algorithm,
      target: numberOf(event, "target"),
      selected: numberOf(event, "selected_value"),
      waste: numberOf(event, "waste"),
    };
  }

  ended(event: RawEvent, avoidsPartialSpends: boolean): void {
    const payment = this.#open(event) ?? this.#begin(event, avoidsPartialSpends);
    payment.success = flagOf(event, "success") ?? false;
    payment.fee = numberOf(event, "fee");
    payment.changePosition = numberOf(event, "change_position");
    payment.used = flagOf(event, "aps_used");
    // A second attempt that finds nothing leaves the first as it is.
    if (!payment.success && !avoidsPartialSpends) this.#failures++;
  }

  attempted(event: RawEvent): void {
    this.#begin(event, true);
  }

  view(): WalletView {
    return {
      selections: this.#algorithms.total,
      algorithms: this.#algorithms.entries(),
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
    if (this.#payments.length > MOST_PAYMENTS) this.#payments.pop();
    return payment;
  }
}
