import { isoTime } from "../../event/json.ts";
import type {
  ReplacedTransaction,
  StepBlock,
  TransactionLife,
  TransactionStep,
} from "../../model/kept/transaction-life.ts";
import { feerateOf } from "../../model/mempool/feerates.ts";
import { counted } from "../../text/counted.ts";
import { dateTime } from "../../text/date-time.ts";
import { durationText, groupedText, satText, threeDigits } from "../../text/format.ts";
import type { Paint } from "../../text/paint.ts";
import { printable } from "../../text/printable.ts";

/**
 * A transaction's life, a line for each step:
 *
 *     transaction f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16
 *     141 vB, 1,410 sat, 10 sat/vB; confirmed in block 930,021
 *
 *     2026-11-21 07:33:08.703  added
 *     2026-11-21 07:47:11.612  confirmed  in block 930,021 after 14 min 3 s in the mempool
 *                000000000000000000014b7f1e1b0d6d0cbd0cd2e7ac7fa3a0c7b5a4ec5ea1b3
 */
export function transactionLines(life: TransactionLife, paint: Paint): string[] {
  const { txid, steps, replaced } = life;
  const pids = new Set(steps.map(({ pid }) => pid));
  return [
    paint("strong", `transaction ${txid}`),
    [amountsText(life), statusText(life)].filter((part) => part !== "").join("; "),
    "",
    ...replaced.flatMap((each) => replacedLines(each, paint)),
    ...steps.flatMap((step) => stepLines(step, pids.size > 1, paint)),
  ];
}

/** The same as the members of a JSON document. */
export function transactionJson({ steps, replaced, ...life }: TransactionLife) {
  return {
    ...life,
    fee_rate_sat_per_vb: feerateOf(life.fee_sat, life.vsize),
    steps: steps.map(({ time, last, ...step }) => ({
      ...{ time: isoTime(time), last: isoTime(last), ...step },
    })),
    replaced: replaced.map(({ time, ...each }) => ({ time: isoTime(time), ...each })),
  };
}

function stepLines(step: TransactionStep, hasPids: boolean, paint: Paint): string[] {
  const { time, change, block, replaced_by, pid } = step;
  const process = hasPids ? `  (pid ${pid})` : "";
  return [
    row(time, change, `${stepText(step)}${process}`, paint),
    ...idLines(block?.hash ?? replaced_by),
  ];
}

function replacedLines(replaced: ReplacedTransaction, paint: Paint): string[] {
  return [row(replaced.time, "replaces", amountsText(replaced), paint), ...idLines(replaced.txid)];
}

/** On a line of its own, an id fits into 80 columns. */
function idLines(id: string | null): string[] {
  return id === null ? [] : [`${" ".repeat(ID_COLUMN)}${printable(id)}`];
}

const ID_COLUMN = 11;
const CHANGE_COLUMNS = 9;

function row(time: number, change: string, text: string, paint: Paint): string {
  const style = STYLES[change as keyof typeof STYLES];
  return `${paint("faint", dateTime(time))}  ${paint(style, change.padEnd(CHANGE_COLUMNS))}  ${text}`.trimEnd();
}

const STYLES = {
  added: "ok",
  confirmed: "ok",
  removed: "name",
  replaced: "warning",
  replaces: "name",
  rejected: "problem",
} as const;

function stepText(step: TransactionStep): string {
  const { change, reason, replaced_by, block, in_mempool_s, count, last } = step;
  const stay =
    in_mempool_s === null ? "" : ` after ${durationText(in_mempool_s * 1e9)} in the mempool`;
  switch (change) {
    case "added":
      return "";
    case "confirmed":
      return `${blockText(block)}${stay}`;
    case "replaced":
      return replaced_by === null
        ? `by an unknown transaction${stay}`
        : `${stay.trimStart()}${stay && ", "}by`;
    case "removed":
      return `${printable(reason ?? "for an unknown reason")}${stay && `,${stay}`}`;
    case "rejected": {
      const again = count > 1 ? `; ${counted(count, "time")}, the last at ${dateTime(last)}` : "";
      return `${printable(reason ?? "for an unknown reason")}${again}`;
    }
  }
}

function blockText(block: StepBlock | null): string {
  if (block === null) return "in a block that was not seen";
  const { height, stale, guessed } = block;
  const name = `in block ${height === null ? "of unknown height" : groupedText(height)}`;
  const notes = [
    ...(guessed ? ["a guess: it was connected more than a second before"] : []),
    ...(stale ? ["a reorganisation replaced it"] : []),
  ];
  return notes.length === 0 ? name : `${name} (${notes.join("; ")})`;
}

function statusText({ status, steps }: TransactionLife): string {
  if (status === "in_mempool") return "in the mempool";
  const confirmed = steps.findLast(({ change }) => change === "confirmed");
  return status === "confirmed" ? `confirmed ${blockText(confirmed!.block)}` : (status ?? "");
}

/** `141 vB, 1,410 sat, 10 sat/vB`; what is unknown is left out. */
function amountsText({ vsize, fee_sat }: Pick<TransactionLife, "vsize" | "fee_sat">): string {
  const rate = feerateOf(fee_sat, vsize);
  return [
    ...(vsize === null ? [] : [`${groupedText(vsize)} vB`]),
    ...(fee_sat === null ? [] : [satText(fee_sat)]),
    ...(rate === null ? [] : [`${threeDigits(rate)} sat/vB`]),
  ].join(", ");
}
