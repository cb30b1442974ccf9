import type { RawEvent } from "../../event/event.ts";
import { numberIn, textIn } from "../../event/fields.ts";
import { RecentMap } from "../../util/recent-map.ts";
import type { CauseDocument } from "../causes/causes.ts";
import { secondsSince } from "../values.ts";
import type { ChangeKind } from "./flow.ts";
import { type Replacement, Replacements } from "./replacements.ts";

/** A change of the mempool: of one transaction, or of many that were removed together. */
export interface MempoolChange {
  /** Counted from 1 since tracing began. */
  readonly number: number;
  /** Ms since the epoch; the last of many. */
  readonly time: number;
  readonly kind: ChangeKind;
  /** How many transactions. */
  readonly count: number;
  /** The first of many. */
  readonly txid: string | null;
  /** In vB and sat, of all together; null when one is unknown. */
  readonly vsize: number | null;
  readonly fee: number | null;
  /** Why it was removed or rejected, in full. */
  readonly reason: string | null;
  /** How long it had been in the mempool, in seconds; null for many. */
  readonly residence: number | null;
  /** What replaced it, as it was then. */
  readonly replacement: Replacement | null;
  /** The message that caused it, all of many; null if no message certainly did. */
  readonly cause: CauseDocument | null;
}

/** How many changes are kept. */
const CAPACITY = 5000;
/** Removals for one reason that are further apart have different causes. */
const RUN_MS = 1000;
/** The removal of a replaced transaction follows at once. */
const MAX_REPLACED = 10_000;

/**
 * The last changes of the mempool.
 *
 * Removals for one reason that follow each other, such as a block's, are one change. A replaced transaction appears as
 * replaced; its removal is left out.
 */
export class ChangeLog {
  readonly replacements = new Replacements();
  #changes: MempoolChange[] = [];
  #count = 0;
  /** Transactions that were replaced and are not removed yet. */
  readonly #replaced = new RecentMap<string, true>(MAX_REPLACED);

  /** Oldest first. */
  get changes(): readonly MempoolChange[] {
    return this.#changes;
  }

  take(event: RawEvent, cause: CauseDocument | null): void {
    switch (event.tracepoint) {
      case "mempool:added":
        this.#push(changeOf(event, "added", cause));
        break;
      case "mempool:removed":
        this.#removed(changeOf(event, "removed", cause));
        break;
      case "mempool:replaced":
        this.#push(this.#replacedChange(event, cause));
        break;
      case "mempool:rejected":
        this.#push(changeOf(event, "rejected", cause));
    }
  }

  #replacedChange(event: RawEvent, cause: CauseDocument | null): Change {
    const txid = textIn(event, "replaced_txid");
    if (txid !== null) this.#replaced.set(txid, true);
    return {
      time: event.time,
      kind: "replaced",
      count: 1,
      txid,
      vsize: numberIn(event, "replaced_vsize"),
      fee: numberIn(event, "replaced_fee"),
      reason: null,
      residence: secondsSince(event, "replaced_entry_time"),
      replacement: this.replacements.take(event),
      cause,
    };
  }

  #removed(change: Change): void {
    const { txid, reason } = change;
    if (txid !== null && this.#replaced.take(txid) && reason === "replaced") return;
    const last = this.#changes.at(-1);
    if (last && isSameRun(last, change))
      this.#changes[this.#changes.length - 1] = joined(last, change);
    else this.#push(change);
  }

  #push(change: Change): void {
    this.#changes.push({ number: ++this.#count, ...change });
    // Rarely, so that it costs nothing most of the time.
    if (this.#changes.length >= 2 * CAPACITY) this.#changes = this.#changes.slice(-CAPACITY);
  }
}

type Change = Omit<MempoolChange, "number">;

function changeOf(event: RawEvent, kind: ChangeKind, cause: CauseDocument | null): Change {
  return {
    time: event.time,
    kind,
    count: 1,
    txid: textIn(event, "txid"),
    vsize: numberIn(event, "vsize"),
    fee: numberIn(event, "fee"),
    reason: textIn(event, "reason"),
    residence: secondsSince(event, "entry_time"),
    replacement: null,
    cause,
  };
}

function isSameRun(last: MempoolChange, next: Change): boolean {
  return last.kind === "removed" && last.reason === next.reason && next.time - last.time < RUN_MS;
}

function joined(last: MempoolChange, next: Change): MempoolChange {
  return {
    ...last,
    time: next.time,
    count: last.count + 1,
    fee: last.fee === null || next.fee === null ? null : last.fee + next.fee,
    vsize: last.vsize === null || next.vsize === null ? null : last.vsize + next.vsize,
    residence: null,
    cause: isSameMessage(last.cause, next.cause) ? last.cause : null,
  };
}

function isSameMessage(a: CauseDocument | null, b: CauseDocument | null): boolean {
  return a?.msg_type === b?.msg_type && a?.peer_id === b?.peer_id;
}
