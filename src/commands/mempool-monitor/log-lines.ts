import type { MempoolChange } from "../../model/mempool/change-log.ts";
import { feerateOf } from "../../model/mempool/feerates.ts";
import type { ChangeKind } from "../../model/mempool/flow.ts";
import { groupedText } from "../../text/format.ts";
import { cut, cutMiddle, left, plain, right } from "../../text/screen/cells.ts";
import { ageText, timeText } from "../../text/screen/figures.ts";
import type { Area } from "../../text/screen/screen-tool.ts";

/**
 * Changes, a line each:
 *
 *     12:30:31  added     f9064c…4fd217      8.92 sat/vB  981 sat  110 vB
 *     12:30:31  replaced  d1eecf…87e1db     27.12 sat/vB  → 28.12  +1,138 sat  by c412db…57fdcd  after 23s
 *     12:30:32  removed   2,113             12.30 sat/vB  block  3,567,012 sat  290,001 vB
 *     12:30:33  rejected  0a53ff…f04c1b     min relay fee not met
 */
export function logLines(changes: readonly MempoolChange[], { columns, paint }: Area): string[] {
  return changes.map((change) => {
    const id = idWidth(columns);
    const head = `${timeText(change.time)}  ${left(change.kind, 8)}  `;
    const rest = id === 0 ? "" : `${left(idText(change, id), id)}  `;
    const text = cut(`${rest}${details(change, id)}`, columns - head.length);
    return `${paint("faint", cut(head, columns))}${paint(STYLES[change.kind], text)}`;
  });
}

const STYLES = {
  added: "ok",
  removed: "name",
  replaced: "warning",
  rejected: "problem",
} as const satisfies Record<ChangeKind, string>;

/** Wide screens show whole ids, narrow screens show none. */
function idWidth(columns: number): number {
  if (columns >= 140) return 64;
  return columns >= 70 ? SHORT_ID : 0;
}

const SHORT_ID = 15;

function idText({ count, txid }: MempoolChange, width: number): string {
  return count > 1 ? groupedText(count) : cutMiddle(plain(txid ?? "?"), width);
}

function details(change: MempoolChange, id: number): string {
  const { kind, fee, vsize, reason } = change;
  if (kind === "rejected") return plain(reason ?? "?");
  const paid = [`${amountText(fee)} sat`, `${amountText(vsize)} vB`];
  const rate = rateText(fee, vsize);
  return [
    id === 0 ? right(rate, 6) : `${right(rate, 9)} sat/vB`,
    ...(kind === "removed" ? [plain(reason ?? "?")] : []),
    ...(kind === "replaced" ? replacementTexts(change, id) : paid),
    ...residenceText(change),
  ].join("  ");
}

function replacementTexts({ replacement }: MempoolChange, id: number): string[] {
  if (replacement === null) return [];
  const { newFee, newVsize, oldFee, replaced, isPackage } = replacement;
  const by = `by ${isPackage ? "package " : ""}${cutMiddle(plain(replacement.id ?? "?"), SHORT_ID)}`;
  const difference = newFee === null || oldFee === null ? "?" : signedText(newFee - oldFee);
  return [
    `→ ${rateText(newFee, newVsize)}`,
    `${difference} sat${replaced === 1 ? "" : ` for all ${replaced}`}`,
    ...(id === 0 ? [] : [by]),
  ];
}

function amountText(amount: number | null): string {
  return amount === null ? "?" : groupedText(amount);
}

function signedText(amount: number): string {
  return `${amount < 0 ? "-" : "+"}${groupedText(Math.abs(amount))}`;
}

function rateText(fee: number | null, vsize: number | null): string {
  return feerateOf(fee, vsize)?.toFixed(2) ?? "?";
}

function residenceText({ residence }: MempoolChange): string[] {
  return residence === null ? [] : [`after ${ageText(residence * 1000)}`];
}
