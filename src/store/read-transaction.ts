import { CorelensError } from "../errors.ts";
import {
  GUESSED_MS,
  type TransactionLife,
  transactionLife,
} from "../model/kept/transaction-life.ts";
import { type KeptReader, timestamp } from "./kept-reader.ts";
import type { Wanted } from "./recorded-state.ts";

/** A transaction that is rejected again and again has more. */
const MAX_ROWS = 10_000;
const MAX_BLOCKS = 1000;
const MAX_NAMED = 5;

/** The rows that `readTransaction` needs. @param prefix of the transaction's id */
export function transactionRows(prefix: string): Wanted {
  const isIt = (txid: string | null): boolean => txid?.startsWith(prefix) ?? false;
  return {
    transactions: ({ txid, replaced_by }) => isIt(txid) || isIt(replaced_by),
    blocks: () => true,
  };
}

/**
 * The life of a transaction.
 * @param prefix of its id, in lower-case hex digits
 * @throws CorelensError NOT_KEPT; USAGE if several transactions have the prefix
 */
export async function readTransaction(
  reader: KeptReader,
  prefix: string,
): Promise<TransactionLife> {
  const txid = prefix.length === 64 ? prefix : await wholeId(reader, prefix);
  const newest = `ORDER BY time DESC LIMIT ${MAX_ROWS}`;
  const rows = await reader.wholeRows("transactions", `WHERE txid = '${txid}' ${newest}`);
  const replaced = await reader.wholeRows(
    "transactions",
    `WHERE replaced_by = '${txid}' ${newest}`,
  );
  if (rows.length + replaced.length === 0) {
    throw await reader.notKept("transactions", `transaction ${txid}`);
  }
  const confirmed = rows.filter(({ change, reason }) => change === "removed" && reason === "block");
  const spans = confirmed.map(
    ({ time }) => `time BETWEEN ${timestamp(time! - GUESSED_MS)} AND ${timestamp(time!)}`,
  );
  const blocks =
    spans.length === 0
      ? []
      : await reader.rows(
          "blocks",
          ["time", "pid", "height", "hash", "stale"],
          `WHERE ${spans.slice(0, MAX_BLOCKS).join(" OR ")} ORDER BY time DESC LIMIT ${MAX_BLOCKS}`,
        );
  return transactionLife(txid, rows.toReversed(), replaced.toReversed(), blocks);
}

async function wholeId(reader: KeptReader, prefix: string): Promise<string> {
  // A range, so that the files' statistics show where to look. `g` follows every hex digit.
  const found = await reader.rows(
    "transactions",
    ["txid"],
    `WHERE txid BETWEEN '${prefix}' AND '${prefix}g' GROUP BY txid ORDER BY txid LIMIT ${MAX_NAMED + 1}`,
  );
  const [first, ...others] = found.map(({ txid }) => txid!);
  if (first === undefined) throw await reader.notKept("transactions", `transaction ${prefix}…`);
  if (others.length === 0) return first;
  const named = [first, ...others].slice(0, MAX_NAMED).map((txid) => `${txid.slice(0, 16)}…`);
  const more = others.length === MAX_NAMED ? " and others" : "";
  const message = `several transactions begin with ${prefix}: ${named.join(", ")}${more}`;
  throw new CorelensError("USAGE", message, "give more digits");
}
