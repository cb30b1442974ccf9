import type { RawEvent } from "../../event/event.ts";
import { isNotice, type StreamEvent } from "../../event/notice.ts";
import { Feerates, feerate } from "./feerates.ts";
import { type Kind, Log, type ReplacedEntry } from "./log.ts";
import { Reasons } from "./reasons.ts";
import { WindowedCount } from "./windowed-count.ts";

/** What mempool-monitor traces. */
export const MEMPOOL_TRACEPOINTS = [
  "mempool:added",
  "mempool:removed",
  "mempool:replaced",
  "mempool:rejected",
];

/** Replaced transactions whose removal has not been told yet are few; this many are remembered at most. */
const MAX_REPLACED = 10_000;

/** What the events tell of a mempool, beginning with the first of them. */
export class Mempool {
  readonly counts: Readonly<Record<Kind, WindowedCount>> = {
    added: new WindowedCount(),
    removed: new WindowedCount(),
    replaced: new WindowedCount(),
    rejected: new WindowedCount(),
  };
  readonly feerates = new Feerates();
  readonly removalReasons = new Reasons();
  readonly rejectionReasons = new Reasons();
  readonly log = new Log();
  /** When the first event came, in milliseconds since the UNIX epoch; null before. */
  since: number | null = null;
  /** Transactions or packages that replaced others; each may replace many. */
  replacements = 0;
  /** What was added and not removed since, in vB. */
  growth = 0;
  #lastReplaced: ReplacedEntry | null = null;
  /** Ids of transactions that were told to be replaced, and not yet to be removed. */
  readonly #replaced = new Set<string>();

  take(event: StreamEvent): void {
    this.since ??= event.time;
    if (isNotice(event)) return;
    switch (event.tracepoint) {
      case "mempool:added":
        this.#add(event);
        break;
      case "mempool:removed":
        this.#remove(event);
        break;
      case "mempool:replaced":
        this.#replace(event);
        break;
      case "mempool:rejected":
        this.#reject(event);
    }
  }

  #add(event: RawEvent): void {
    const { time } = event;
    const [fee, vsize] = [amount(event.fee), amount(event.vsize)];
    const rate = feerate(fee, vsize);
    this.counts.added.add(time);
    this.growth += vsize;
    if (rate !== null) this.feerates.add(time, rate);
    this.log.add({ kind: "added", time, txid: text(event.txid), fee, vsize });
  }

  #remove(event: RawEvent): void {
    const { time } = event;
    const txid = text(event.txid);
    const reason = text(event.reason);
    const [fee, vsize] = [amount(event.fee), amount(event.vsize)];
    this.counts.removed.add(time);
    this.growth -= vsize;
    this.removalReasons.add(time, reason);
    // That it was replaced says it already.
    if (this.#replaced.delete(txid) && reason === "replaced") return;
    const entered = enteredAt(event.entry_time);
    this.log.add({ kind: "removed", time, txid, reason, count: 1, fee, vsize, entered });
  }

  /** Each replaced transaction is told on its own, descendants included, always with the same replacement. */
  #replace(event: RawEvent): void {
    const { time } = event;
    const id = text(event.replacement_id);
    const fee = amount(event.replaced_fee);
    const before = this.#lastReplaced?.replacement.id === id ? this.#lastReplaced : null;
    const entry: ReplacedEntry = {
      kind: "replaced",
      time,
      txid: text(event.replaced_txid),
      fee,
      vsize: amount(event.replaced_vsize),
      entered: enteredAt(event.replaced_entry_time),
      replacement: {
        id,
        isPackage: event.replacement_is_txid === false,
        fee: amount(event.replacement_fee),
        vsize: amount(event.replacement_vsize),
      },
      nth: (before?.nth ?? 0) + 1,
      replacedFees: (before?.replacedFees ?? 0) + fee,
    };
    this.counts.replaced.add(time);
    if (before === null) this.replacements++;
    this.#lastReplaced = entry;
    if (this.#replaced.size >= MAX_REPLACED) this.#replaced.clear();
    this.#replaced.add(entry.txid);
    this.log.add(entry);
  }

  #reject(event: RawEvent): void {
    const { time } = event;
    const reason = text(event.reason);
    this.counts.rejected.add(time);
    this.rejectionReasons.add(time, reason);
    this.log.add({ kind: "rejected", time, txid: text(event.txid), reason });
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "?";
}

/** What could not be read or was not recorded counts as nothing. */
function amount(value: unknown): number {
  return typeof value === "number" || typeof value === "bigint" ? Number(value) : 0;
}

/** Of UNIX seconds; 0 and what is no number are no time. */
function enteredAt(value: unknown): number | null {
  const seconds = amount(value);
  return seconds > 0 ? seconds * 1000 : null;
}
