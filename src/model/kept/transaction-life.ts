import { rejectionReason } from "../mempool/reasons.ts";
import type { KeptRow } from "./tables.ts";

export type TransactionRow = KeptRow<"transactions">;
/** What the life of a transaction says of the block that confirmed it. */
export type ConfirmingBlock = Pick<KeptRow<"blocks">, "time" | "pid" | "height" | "hash" | "stale">;

/** What happened to a transaction, step by step. Times are in ms since the epoch; what is unknown is null. */
export interface TransactionLife {
  readonly txid: string;
  /** In vB and sat. */
  readonly vsize: number | null;
  readonly fee_sat: number | null;
  /** What became of it, as far as was seen: its last change. Null if only what it replaced was seen. */
  readonly status: "in_mempool" | Exclude<TransactionStep["change"], "added"> | null;
  readonly steps: readonly TransactionStep[];
  /** The transactions that it replaced. */
  readonly replaced: readonly ReplacedTransaction[];
}

export interface TransactionStep {
  readonly change: "added" | "confirmed" | "removed" | "replaced" | "rejected";
  readonly time: number;
  /** The node's process. */
  readonly pid: number;
  /** How often it was rejected for this reason, one time right after the other, and when last; otherwise once. */
  readonly count: number;
  readonly last: number;
  /** Why it was removed or rejected. */
  readonly reason: string | null;
  readonly replaced_by: string | null;
  /** The block that confirmed it. */
  readonly block: StepBlock | null;
  /** How long it had been in the mempool. */
  readonly in_mempool_s: number | null;
}

export interface StepBlock extends Pick<ConfirmingBlock, "height" | "hash"> {
  /** Whether a reorganisation replaced it since. */
  readonly stale: boolean;
  /** Whether another block may have confirmed the transaction: this one was connected long before. */
  readonly guessed: boolean;
}

export type ReplacedTransaction = Pick<TransactionRow, "txid" | "vsize" | "fee_sat"> & {
  readonly time: number;
};

/** A node removes the transactions of a block right after it has connected the block. */
const SURE_MS = 1000;
/** Between the two, it may write the UTXO cache to disk. */
export const GUESSED_MS = 60_000;

/** Changes at the same millisecond, in the order in which a node makes them. */
const ORDER = ["added", "replaced", "removed", "rejected"];

/**
 * Joins what is kept of a transaction to its life.
 * @param rows of this transaction
 * @param replaced rows of the transactions that it replaced
 * @param blocks those that were connected up to `GUESSED_MS` before it was removed
 */
export function transactionLife(
  txid: string,
  rows: readonly TransactionRow[],
  replaced: readonly TransactionRow[],
  blocks: readonly ConfirmingBlock[],
): TransactionLife {
  const ordered = rows.toSorted(
    (a, b) => a.time! - b.time! || ORDER.indexOf(a.change!) - ORDER.indexOf(b.change!),
  );
  const steps: TransactionStep[] = [];
  for (const row of ordered) {
    const last = steps.at(-1);
    if (last !== undefined && isPartOf(row, last)) {
      steps[steps.length - 1] = { ...last, count: last.count + 1, last: row.time! };
    } else if (last?.change !== "replaced" || row.reason !== "replaced") {
      steps.push(stepOf(row, steps, blocks));
    }
  }
  // A rejection tells neither.
  const sized = ordered.findLast(({ vsize }) => vsize !== null);
  const paid = ordered.findLast(({ fee_sat }) => fee_sat !== null);
  return {
    txid,
    vsize: sized?.vsize ?? null,
    fee_sat: paid?.fee_sat ?? null,
    status: statusOf(steps),
    steps,
    replaced: replaced.map(({ txid, time, vsize, fee_sat }) => ({
      ...{ txid, time: time!, vsize, fee_sat },
    })),
  };
}

function statusOf(steps: readonly TransactionStep[]): TransactionLife["status"] {
  // A transaction of the mempool that arrives again is rejected, and stays.
  const last = steps.findLast(({ change }) => change !== "rejected") ?? steps.at(-1);
  return last?.change === "added" ? "in_mempool" : (last?.change ?? null);
}

function stepOf(
  row: TransactionRow,
  before: readonly TransactionStep[],
  blocks: readonly ConfirmingBlock[],
): TransactionStep {
  const { reason, replaced_by } = row;
  const [time, pid] = [row.time!, row.pid!];
  const isConfirmed = row.change === "removed" && reason === "block";
  const added = before.findLast((step) => step.change === "added" && step.pid === pid);
  const isLeaving = row.change === "removed" || row.change === "replaced";
  return {
    change: isConfirmed ? "confirmed" : (row.change as TransactionStep["change"]),
    ...{ time, pid, count: 1, last: time },
    reason: isConfirmed ? null : reason,
    replaced_by,
    block: isConfirmed ? blockOf(time, pid, blocks) : null,
    in_mempool_s: isLeaving && added ? (time - added.time) / 1000 : row.in_mempool_s,
  };
}

/** The block of this node that was connected last before. */
function blockOf(time: number, pid: number, blocks: readonly ConfirmingBlock[]): StepBlock | null {
  const [last] = blocks
    .filter((block) => block.pid === pid && block.time! <= time)
    .toSorted((a, b) => b.time! - a.time! || (b.height ?? 0) - (a.height ?? 0));
  const age = time - (last?.time ?? Number.NEGATIVE_INFINITY);
  if (last === undefined || age > GUESSED_MS) return null;
  const { height, hash, stale } = last;
  return { height, hash, stale: stale ?? false, guessed: age > SURE_MS };
}

/** Whether a rejection repeats the one before. */
function isPartOf({ change, reason, pid }: TransactionRow, last: TransactionStep): boolean {
  if (change !== "rejected" || last.change !== "rejected" || pid !== last.pid) return false;
  return rejectionReason(reason ?? "") === rejectionReason(last.reason ?? "");
}
