/** What happened in the mempool, as it is shown: one entry may stand for many transactions. */
export type Entry = AddedEntry | RemovedEntry | ReplacedEntry | RejectedEntry;

/** Kinds of entries, in the order in which they are shown. */
export const KINDS = ["added", "removed", "replaced", "rejected"] as const;
export type Kind = (typeof KINDS)[number];

export interface AddedEntry {
  readonly kind: "added";
  /** Milliseconds since the UNIX epoch. */
  readonly time: number;
  readonly txid: string;
  /** In sat, vB. */
  readonly fee: number;
  readonly vsize: number;
}

/** Transactions that were removed for the same reason one right after the other, as those of a block are. */
export interface RemovedEntry {
  readonly kind: "removed";
  readonly time: number;
  readonly txid: string;
  readonly reason: string;
  readonly count: number;
  /** Of all of them. */
  readonly fee: number;
  readonly vsize: number;
  /** Of the first: since when it was in the mempool, in milliseconds; null when it is not known. */
  readonly entered: number | null;
}

export interface ReplacedEntry {
  readonly kind: "replaced";
  readonly time: number;
  readonly txid: string;
  readonly fee: number;
  readonly vsize: number;
  readonly entered: number | null;
  readonly replacement: Replacement;
  /** Which of the transactions it is that the replacement replaces, and what those had paid together. */
  readonly nth: number;
  readonly replacedFees: number;
}

export interface Replacement {
  readonly id: string;
  readonly isPackage: boolean;
  readonly fee: number;
  readonly vsize: number;
}

export interface RejectedEntry {
  readonly kind: "rejected";
  readonly time: number;
  readonly txid: string;
  readonly reason: string;
}

/** How many entries are kept. */
const CAPACITY = 5000;
/** Removals of one reason that are further apart are different happenings. */
const RUN_MS = 1000;

/** The last entries. */
export class Log {
  #entries: Entry[] = [];

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  add(entry: Entry): void {
    const last = this.#entries.at(-1);
    if (entry.kind === "removed" && last?.kind === "removed" && isRun(last, entry)) {
      this.#entries[this.#entries.length - 1] = together(last, entry);
      return;
    }
    this.#entries.push(entry);
    // Now and then, so that it costs nothing most of the time.
    if (this.#entries.length >= 2 * CAPACITY) this.#entries = this.#entries.slice(-CAPACITY);
  }
}

function isRun(last: RemovedEntry, next: RemovedEntry): boolean {
  return last.reason === next.reason && next.time - last.time < RUN_MS;
}

function together(last: RemovedEntry, next: RemovedEntry): RemovedEntry {
  return {
    ...last,
    time: next.time,
    count: last.count + 1,
    fee: last.fee + next.fee,
    vsize: last.vsize + next.vsize,
  };
}
