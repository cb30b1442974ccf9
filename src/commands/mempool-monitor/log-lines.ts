import { groupedText } from "../../text/format.ts";
import { cut, cutMiddle, left, plain, right } from "../../text/screen/cells.ts";
import { ageText, timeText } from "../../text/screen/figures.ts";
import type { Area } from "../../text/screen/screen-tool.ts";
import { feerate } from "./feerates.ts";
import type { Entry, Kind, ReplacedEntry } from "./log.ts";

/**
 * Entries, a line each:
 *
 *     12:30:31  added     f9064c…4fd217      8.92 sat/vB  981 sat  110 vB
 *     12:30:31  replaced  d1eecf…87e1db     27.12 sat/vB  → 28.12  +1,138 sat  by c412db…57fdcd  after 23s
 *     12:30:32  removed   2,113             12.30 sat/vB  block  3,567,012 sat  290,001 vB
 *     12:30:33  rejected  0a53ff…f04c1b     min relay fee not met
 */
export function logLines(entries: readonly Entry[], { columns, paint }: Area): string[] {
  return entries.map((entry) => {
    const id = idWidth(columns);
    const head = `${timeText(entry.time)}  ${left(entry.kind, 8)}  `;
    const rest = id === 0 ? "" : `${left(idText(entry, id), id)}  `;
    const text = cut(`${rest}${meaning(entry, id)}`, columns - head.length);
    return `${paint("faint", cut(head, columns))}${paint(LOOKS[entry.kind], text)}`;
  });
}

const LOOKS = {
  added: "ok",
  removed: "name",
  replaced: "warning",
  rejected: "problem",
} as const satisfies Record<Kind, string>;

/** Of ids: whole where there is room, left out where there is none. */
function idWidth(columns: number): number {
  if (columns >= 140) return 64;
  return columns >= 70 ? SHORT_ID : 0;
}

const SHORT_ID = 15;

function idText(entry: Entry, width: number): string {
  const isRun = entry.kind === "removed" && entry.count > 1;
  return isRun ? groupedText(entry.count) : cutMiddle(plain(entry.txid), width);
}

function meaning(entry: Entry, id: number): string {
  if (entry.kind === "rejected") return plain(entry.reason);
  const { fee, vsize } = entry;
  const paid = [`${groupedText(fee)} sat`, `${groupedText(vsize)} vB`];
  const rate = rateText(fee, vsize);
  const parts = [id === 0 ? right(rate, 6) : `${right(rate, 9)} sat/vB`];
  switch (entry.kind) {
    case "added":
      parts.push(...paid);
      break;
    case "removed":
      parts.push(plain(entry.reason), ...paid, ...(entry.count > 1 ? [] : sinceText(entry)));
      break;
    case "replaced":
      parts.push(...replacementTexts(entry, id), ...sinceText(entry));
  }
  return parts.join("  ");
}

function replacementTexts({ replacement, nth, replacedFees }: ReplacedEntry, id: number): string[] {
  const { fee, vsize, isPackage } = replacement;
  const difference = fee - replacedFees;
  const signed = `${difference < 0 ? "-" : "+"}${groupedText(Math.abs(difference))} sat`;
  const by = `by ${isPackage ? "package " : ""}${cutMiddle(plain(replacement.id), SHORT_ID)}`;
  return [
    `→ ${rateText(fee, vsize)}`,
    nth === 1 ? signed : `${signed} over all ${nth}`,
    ...(id === 0 ? [] : [by]),
  ];
}

function rateText(fee: number, vsize: number): string {
  return feerate(fee, vsize)?.toFixed(2) ?? "?";
}

/** How long it was in the mempool. */
function sinceText({ time, entered }: { time: number; entered: number | null }): string[] {
  return entered === null ? [] : [`after ${ageText(time - entered)}`];
}
