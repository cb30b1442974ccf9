import type { RawEvent } from "../../event/event.ts";
import { sum } from "../../util/statistics.ts";
import type { Fold } from "../fold.ts";
import type { History } from "../history.ts";
import { type AlgorithmTotals, ATTEMPT_TRACEPOINTS, type Attempt, Attempts } from "./attempts.ts";

/** Selections of an algorithm, since tracing began. */
export interface AlgorithmView {
  readonly algorithm: string;
  readonly selections: number;
  /** In sat, of the selections with a known waste: mean of all, median of the last few hundred. */
  readonly meanWaste: number | null;
  readonly medianWaste: number | null;
  /** Transactions with and without a change output. */
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
  readonly payments: readonly Attempt[];
}

/** The wallet's attempts, for the dashboard. */
export class Wallet implements Fold {
  readonly tracepoints = ATTEMPT_TRACEPOINTS;
  readonly #attempts: Attempts;

  constructor(history: History) {
    this.#attempts = new Attempts(history);
  }

  see(event: RawEvent): void {
    this.#attempts.take(event);
  }

  view(): WalletView {
    const { algorithms: totals, failures, recent } = this.#attempts;
    const algorithms = totals.map(algorithmView).sort((a, b) => b.selections - a.selections);
    const selections = sum(algorithms.map((each) => each.selections));
    return { selections, algorithms, failures, payments: recent };
  }
}

function algorithmView(algorithm: string, totals: AlgorithmTotals): AlgorithmView {
  const { column, wastes, waste, recentWastes, withChange, withoutChange } = totals;
  return {
    algorithm,
    selections: column.total,
    meanWaste: wastes === 0 ? null : waste / wastes,
    medianWaste: recentWastes.median,
    withChange,
    withoutChange,
  };
}
