import type { RawEvent } from "../../event/event.ts";
import { Samples } from "../../util/samples.ts";
import type { Column, History } from "../history.ts";
import { numberOf, textOf } from "../values.ts";
import { ReasonCounter, type ReasonView } from "./reason-counter.ts";
import { type Replacement, Replacements } from "./replacements.ts";

/** Lower ends of the classes in which feerates are counted, in sat/vB. */
export const FEERATES = [0, 1, 2, 3, 5, 8, 12, 20, 35, 60, 100, 200, 500] as const;

/** A transaction and what became of it. */
export interface MempoolChange {
  /** Its place among all since tracing began, from 1 on. */
  readonly number: number;
  readonly time: number;
  readonly what: "added" | "removed" | "replaced" | "rejected";
  readonly txid: string | null;
  readonly vsize: number | null;
  /** In sat. */
  readonly fee: number | null;
  /** Why it was removed or rejected; what took its place. */
  readonly why: string | null;
  /** How long it had been in the mempool, in seconds. */
  readonly age: number | null;
}

export interface MempoolView {
  readonly added: number;
  readonly addedVsize: number;
  readonly addedFees: number;
  readonly removed: readonly ReasonView[];
  readonly rejected: readonly ReasonView[];
  readonly replaced: number;
  /** Newest first. */
  readonly replacements: readonly Replacement[];
  /** Per second, over the last ten. */
  readonly addedRate: number;
  /** Transactions added less those removed, per second, over the last five minutes. */
  readonly growth: number;
  /** Of the transactions that came in the last few minutes, in sat/vB; null when none did. */
  readonly feerates: {
    readonly low: number;
    readonly median: number;
    readonly high: number;
  } | null;
  /** Newest first. */
  readonly recent: readonly MempoolChange[];
}

/** Why transactions leave the mempool: charts keep these apart. */
const REMOVAL_REASONS = ["block", "replaced", "sizelimit", "expiry", "conflict", "reorg"] as const;

const MAX_RECENT = 300;
const MAX_REASONS = 40;
const MAX_FEERATES = 1000;
/** A little less than is kept by the second. */
const TREND_SECONDS = 299;

/** What enters and leaves the mempool. What is in it, these events do not tell. */
export class Mempool {
  readonly #history: History;
  readonly #columns: Record<"added" | "removed" | "replaced" | "rejected", Column>;
  readonly #classes: readonly Column[];
  readonly #removed: ReasonCounter;
  readonly #rejected: ReasonCounter;
  readonly #feerates = new Samples(MAX_FEERATES);
  readonly #replacements = new Replacements();
  readonly #recent: MempoolChange[] = [];
  #changes = 0;
  #added = 0;
  #addedVsize = 0;
  #addedFees = 0;
  #replaced = 0;

  constructor(history: History) {
    this.#history = history;
    this.#columns = {
      added: history.column("mempool.added"),
      removed: history.column("mempool.removed"),
      replaced: history.column("mempool.replaced"),
      rejected: history.column("mempool.rejected"),
    };
    this.#removed = new ReasonCounter(history, "removal", 0, REMOVAL_REASONS);
    this.#rejected = new ReasonCounter(history, "rejection", MAX_REASONS);
    this.#classes = FEERATES.map((from) => history.column(`feerate.${from}`));
  }

  added(event: RawEvent): void {
    const vsize = numberOf(event, "vsize");
    const fee = numberOf(event, "fee");
    this.#added++;
    this.#columns.added.add(1);
    if (vsize !== null && fee !== null && vsize > 0) {
      this.#addedVsize += vsize;
      this.#addedFees += fee;
      this.#sort(fee / vsize);
    }
    this.#tell(event, "added", textOf(event, "txid"), null);
  }

  removed(event: RawEvent): void {
    const reason = textOf(event, "reason") ?? "unknown";
    this.#columns.removed.add(1);
    this.#removed.add(reason);
    this.#tell(event, "removed", textOf(event, "txid"), reason);
  }

  replaced(event: RawEvent): void {
    this.#columns.replaced.add(1);
    this.#replaced++;
    this.#replacements.replaced(event);
    this.#remember({
      time: event.time,
      what: "replaced",
      txid: textOf(event, "replaced_txid"),
      vsize: numberOf(event, "replaced_vsize"),
      fee: numberOf(event, "replaced_fee"),
      why: textOf(event, "replacement_id"),
      age: ageOf(event, "replaced_entry_time"),
    });
  }

  rejected(event: RawEvent): void {
    const reason = textOf(event, "reason") ?? "unknown";
    this.#columns.rejected.add(1);
    // The rest of a reason names scripts and amounts: as many as there are transactions.
    this.#rejected.add(reason.split(/[,(]/, 1)[0]!.trim());
    this.#tell(event, "rejected", textOf(event, "txid"), reason);
  }

  view(): MempoolView {
    return {
      added: this.#added,
      addedVsize: this.#addedVsize,
      addedFees: this.#addedFees,
      removed: this.#removed.view(),
      rejected: this.#rejected.view(),
      replaced: this.#replaced,
      replacements: this.#replacements.view(),
      addedRate: this.#history.rate(this.#columns.added),
      growth: this.trend.growth,
      feerates: this.#quantiles(),
      recent: this.#recent,
    };
  }

  /** Transactions per second, over the last five minutes. */
  get trend(): { readonly growth: number; readonly addedRate: number } {
    const { added, removed } = this.#columns;
    const addedRate = this.#history.rate(added, TREND_SECONDS);
    return { addedRate, growth: addedRate - this.#history.rate(removed, TREND_SECONDS) };
  }

  #sort(feerate: number): void {
    const above = FEERATES.findIndex((from) => feerate < from);
    this.#classes.at(above < 0 ? -1 : Math.max(0, above - 1))!.add(1);
    this.#feerates.add(feerate);
  }

  #quantiles(): MempoolView["feerates"] {
    const [low, median, high] = this.#feerates.quantiles(0.1, 0.5, 0.9);
    return low === undefined ? null : { low, median: median!, high: high! };
  }

  #tell(event: RawEvent, what: MempoolChange["what"], txid: string | null, why: string | null) {
    this.#remember({
      time: event.time,
      what,
      txid,
      vsize: numberOf(event, "vsize"),
      fee: numberOf(event, "fee"),
      why,
      age: ageOf(event, "entry_time"),
    });
  }

  #remember(change: Omit<MempoolChange, "number">): void {
    this.#recent.unshift({ number: ++this.#changes, ...change });
    if (this.#recent.length > MAX_RECENT) this.#recent.pop();
  }
}

function ageOf(event: RawEvent, field: string): number | null {
  const entry = numberOf(event, field);
  return entry === null ? null : Math.max(0, event.time / 1000 - entry);
}
