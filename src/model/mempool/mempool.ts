import type { RawEvent } from "../../event/event.ts";
import { type Causes, causeDocument } from "../causes/causes.ts";
import type { Fold } from "../fold.ts";
import type { Column, History } from "../history.ts";
import { ChangeLog, type MempoolChange } from "./change-log.ts";
import type { Feerates } from "./feerates.ts";
import { MEMPOOL_TRACEPOINTS, MempoolFlow } from "./flow.ts";
import type { Replacement } from "./replacements.ts";

export interface ReasonView {
  readonly reason: string;
  readonly count: number;
  /** Per second, over the last ten. */
  readonly rate: number;
  /** Median of the last few hundred, in seconds; null for rejections. */
  readonly residence: number | null;
}

export interface MempoolView {
  readonly added: number;
  readonly addedVsize: number;
  readonly addedFees: number;
  /** Most often first. */
  readonly removed: readonly ReasonView[];
  readonly rejected: readonly ReasonView[];
  readonly replaced: number;
  /** Newest first. */
  readonly replacements: readonly Replacement[];
  /** Per second, over the last ten. */
  readonly addedRate: number;
  /** Transactions added less those removed, per second, over the last five minutes. */
  readonly growth: number;
  /** Of the last thousand transactions, in sat/vB: tenth, median, ninetieth percentile. */
  readonly feerates: Feerates["quantiles"];
  /** Newest first. */
  readonly recent: readonly MempoolChange[];
}

const MAX_SHOWN = 300;

/** The mempool's flow and its last changes. */
export class Mempool implements Fold {
  readonly tracepoints = MEMPOOL_TRACEPOINTS;
  readonly flow: MempoolFlow;
  readonly log = new ChangeLog();
  readonly #history: History;
  readonly #causes: Causes | null;

  /** @param causes that see the same events before; null where messages are not traced */
  constructor(history: History, causes: Causes | null = null) {
    this.#history = history;
    this.#causes = causes;
    this.flow = new MempoolFlow(history);
  }

  see(event: RawEvent): void {
    this.flow.take(event);
    this.log.take(event, causeDocument(this.#causes?.of(event) ?? null));
  }

  view(): MempoolView {
    const { counts, addedVsize, addedFees, removals, rejections, trend, feerates } = this.flow;
    return {
      added: counts.added.total,
      addedVsize,
      addedFees,
      removed: ranked(
        removals.map((reason, { column, recentResidence }) =>
          this.#reason(reason, column, recentResidence.median),
        ),
      ),
      rejected: ranked(rejections.map((reason, column) => this.#reason(reason, column, null))),
      replaced: counts.replaced.total,
      replacements: this.log.replacements.recent,
      addedRate: this.#history.rate(counts.added),
      growth: trend.growth,
      feerates: feerates.quantiles,
      recent: this.log.changes.slice(-MAX_SHOWN).reverse(),
    };
  }

  #reason(reason: string, column: Column, residence: number | null): ReasonView {
    return { reason, count: column.total, rate: this.#history.rate(column), residence };
  }
}

function ranked(reasons: readonly ReasonView[]): ReasonView[] {
  return reasons.toSorted((a, b) => b.count - a.count);
}
