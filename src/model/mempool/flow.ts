import type { RawEvent } from "../../event/event.ts";
import { numberIn, textIn } from "../../event/fields.ts";
import { BoundedMap } from "../../util/bounded-map.ts";
import { Distribution } from "../../util/distribution.ts";
import { Samples } from "../../util/samples.ts";
import type { Column, History } from "../history.ts";
import { secondsSince } from "../values.ts";
import { Feerates, feerateOf } from "./feerates.ts";
import { REJECTION_REASONS, REMOVAL_REASONS, rejectionReason } from "./reasons.ts";

/** The flow's tracepoints. */
export const MEMPOOL_TRACEPOINTS = [
  "mempool:added",
  "mempool:removed",
  "mempool:replaced",
  "mempool:rejected",
] as const;

export const CHANGE_KINDS = ["added", "removed", "replaced", "rejected"] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** Bounds in seconds, from a block that follows at once to the two weeks after which Core lets go. */
export const RESIDENCE_BOUNDS = [
  ...[1, 10, 60, 600, 1800, 3600, 6 * 3600, 86_400, 3 * 86_400, 14 * 86_400],
] as const;

/** Reasons of a release that corelens does not know. */
const MAX_UNKNOWN_REASONS = 40;
const MAX_SAMPLES = 400;
/** A little less than is kept by the second. */
const TREND_SECONDS = 299;

/** Transactions that left the mempool for one reason. */
export interface Removals {
  readonly column: Column;
  vsize: number;
  /** How long they had been in the mempool, in seconds. */
  readonly residence: Distribution;
  readonly recentResidence: Samples;
}

/**
 * What enters and leaves the mempool, in totals. The events do not show what was in it before.
 *
 * A replaced transaction is counted as replaced and as removed, since Core reports both.
 */
export class MempoolFlow {
  readonly counts: Readonly<Record<ChangeKind, Column>>;
  readonly feerates: Feerates;
  readonly removals: BoundedMap<Removals>;
  readonly rejections: BoundedMap<Column>;
  /** In vB and sat. */
  addedVsize = 0;
  addedFees = 0;
  removedVsize = 0;
  replacedVsize = 0;
  replacedFees = 0;
  /** Transactions that a package replaced; v29 and later tell. */
  replacedByPackage = 0;
  readonly #history: History;

  constructor(history: History) {
    this.#history = history;
    this.counts = {
      added: history.column("mempool.added"),
      removed: history.column("mempool.removed"),
      replaced: history.column("mempool.replaced"),
      rejected: history.column("mempool.rejected"),
    };
    this.feerates = new Feerates(history);
    const removals = (reason: string): Removals => ({
      column: history.column(`removal.${reason}`),
      vsize: 0,
      residence: new Distribution(RESIDENCE_BOUNDS),
      recentResidence: new Samples(MAX_SAMPLES),
    });
    this.removals = new BoundedMap(0, removals, REMOVAL_REASONS);
    const rejections = (reason: string): Column => history.column(`rejection.${reason}`);
    this.rejections = new BoundedMap(MAX_UNKNOWN_REASONS, rejections, REJECTION_REASONS);
  }

  take(event: RawEvent): void {
    switch (event.tracepoint) {
      case "mempool:added":
        this.#added(event);
        break;
      case "mempool:removed":
        this.#removed(event);
        break;
      case "mempool:replaced":
        this.#replaced(event);
        break;
      case "mempool:rejected":
        this.counts.rejected.add(1);
        this.rejections.get(rejectionReason(textIn(event, "reason") ?? UNKNOWN)).add(1);
    }
  }

  /** Since the beginning, in vB. */
  get growth(): number {
    return this.addedVsize - this.removedVsize;
  }

  /** Transactions per second, over the last five minutes. */
  get trend(): { readonly growth: number; readonly addedRate: number } {
    const { added, removed } = this.counts;
    const addedRate = this.#history.rate(added, TREND_SECONDS);
    return { addedRate, growth: addedRate - this.#history.rate(removed, TREND_SECONDS) };
  }

  #added(event: RawEvent): void {
    const vsize = numberIn(event, "vsize");
    const fee = numberIn(event, "fee");
    this.counts.added.add(1);
    this.addedVsize += vsize ?? 0;
    this.addedFees += fee ?? 0;
    const feerate = feerateOf(fee, vsize);
    if (feerate !== null) this.feerates.add(feerate);
  }

  #removed(event: RawEvent): void {
    const vsize = numberIn(event, "vsize") ?? 0;
    const removals = this.removals.get(textIn(event, "reason") ?? UNKNOWN);
    const residence = secondsSince(event, "entry_time");
    this.counts.removed.add(1);
    this.removedVsize += vsize;
    removals.column.add(1);
    removals.vsize += vsize;
    if (residence === null) return;
    removals.residence.add(residence);
    removals.recentResidence.add(residence);
  }

  #replaced(event: RawEvent): void {
    this.counts.replaced.add(1);
    this.replacedVsize += numberIn(event, "replaced_vsize") ?? 0;
    this.replacedFees += numberIn(event, "replaced_fee") ?? 0;
    if (event.replacement_is_txid === false) this.replacedByPackage++;
  }
}

/** A reason that could not be read. */
const UNKNOWN = "unknown";
